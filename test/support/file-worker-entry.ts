/** Worker threads load no TypeScript, so under Jest their entry is that of the built library. */
export const fileWorkerEntry = new URL('../../dist/nestjs-backup/file-worker.js', import.meta.url);
