/** Where the code of a thread for files stands, as JavaScript. */
export const fileWorkerEntry = new URL('./file-worker.js', import.meta.url);
