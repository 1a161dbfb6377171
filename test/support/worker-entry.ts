/** Worker threads load no TypeScript, so under Jest their entry is that of the built library. */
export const workerEntry = new URL('../../dist/nestjs-backup/engine-worker.js', import.meta.url);
