import { BackupError } from '../../errors/backup.error.js';

export function proofFailed(table: string, reason: string): BackupError {
  return new BackupError(
    'proof_failed',
    `Table ${table} did not come back as it was backed up: ${reason}; live data was not touched, verify the backup and the server's disk.`,
  );
}

export function restoreBlocked(set: string, reason: string): BackupError {
  return new BackupError('restore_blocked', `Cannot restore ${set}: ${reason}`);
}

export function stagingNotAllowed(set: string, schema: string, cause: unknown): BackupError {
  return new BackupError(
    'missing_privilege',
    `Cannot restore ${set}: the staging schema needs CREATE on \`${schema}\`. Grant it, or use --in-place.`,
    { cause },
  );
}

export function swapBlocked(set: string, cause: unknown): BackupError {
  return new BackupError(
    'busy',
    `Cannot put ${set} in place: other sessions keep the live tables locked; end their transactions and restore again. Live data was not touched.`,
    { cause },
  );
}

export function nothingToUndo(schema: string): BackupError {
  return new BackupError(
    'undo_impossible',
    `There is nothing left to undo: schema ${schema} with the replaced tables is gone; restore a backup instead.`,
  );
}
