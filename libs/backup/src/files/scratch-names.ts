import type { BytePath } from './byte-path.js';

/** What a restore makes in a root begins with this, and is never part of a backup. */
const SCRATCH = '.nestjs-backup-';

/** The folder of a root in which a restore keeps what it replaces. */
export function undoFolderName(operation: string): BytePath {
  return `${SCRATCH}undo-${operation}`;
}

/**
 * A file that is being written beside its target.
 *
 * @param label that nothing else in the operation has
 */
export function temporaryName(operation: string, label: string): BytePath {
  return `${SCRATCH}${operation.slice(0, 8)}-${label}`;
}

export function isScratchName(name: BytePath): boolean {
  return name.startsWith(SCRATCH);
}
