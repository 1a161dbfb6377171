import type { BytePath } from './byte-path.js';

/** What a restore makes in a root begins with this, and is never part of a backup. */
const SCRATCH = '.nestjs-backup-';

/** The folder of a root in which a restore keeps what it replaces. */
export function undoFolderName(operation: string): BytePath {
  return `${SCRATCH}undo-${operation}`;
}

/** A file that is being written beside its target. */
export function temporaryName(operation: string, number: number): BytePath {
  return `${SCRATCH}${operation.slice(0, 8)}-${String(number)}`;
}

/** The operation that an undo folder belongs to; null for any other name. */
export function operationOfUndoFolder(name: BytePath): string | null {
  return /^\.nestjs-backup-undo-([0-9a-f]{32})$/.exec(name)?.[1] ?? null;
}

export function isScratchName(name: BytePath): boolean {
  return name.startsWith(SCRATCH);
}
