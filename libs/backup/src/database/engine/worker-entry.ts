/** Where the engine thread's code stands, as JavaScript. */
export const workerEntry = new URL('./engine-worker.js', import.meta.url);
