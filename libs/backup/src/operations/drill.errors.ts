import { BackupError, messageOf } from '../errors/backup.error.js';

export function noScratchFolder(path: string, cause: unknown): BackupError {
  return new BackupError(
    'restore_blocked',
    `A drill restores files into a folder in ${path}, and cannot make one there (${messageOf(cause)}): set scratchPath in the module's options to a folder with space for them.`,
    { cause },
  );
}

export function filesNotProven(set: string, root: string, count: number): BackupError {
  return new BackupError(
    'proof_failed',
    `${String(count)} files of ${root} are not what ${set} holds, after they were restored: look at the disk of this machine, and try again.`,
  );
}
