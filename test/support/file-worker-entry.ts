/** Worker threads load no TypeScript, so under Jest their entry is that of the built library. */
export const fileWorkerEntry = new URL('../../dist/libs/backup/files/threads/file-worker.js', import.meta.url);
