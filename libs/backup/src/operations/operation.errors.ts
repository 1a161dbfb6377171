import { BackupError, messageOf } from '../errors/backup.error.js';

export function operationCancelled(): BackupError {
  return new BackupError('cancelled', 'The operation was cancelled.');
}

/** Of an operation whose row says that it is over. */
export function operationTaken(backupid: string): BackupError {
  return new BackupError('cancelled', `Operation ${backupid} was cancelled, or taken for dead.`);
}

export function shuttingDown(): BackupError {
  return new BackupError('cancelled', 'The application is shutting down.');
}

export function operationEnded(backupid: string): BackupError {
  return new BackupError(
    'operation_state',
    `Operation ${backupid} was ended by somebody else: it was cancelled, or taken for dead; start it again.`,
  );
}

export function operationUnknown(backupid: string): BackupError {
  return new BackupError(
    'not_found',
    `There is no operation ${JSON.stringify(backupid)}: take the backupid of a backup from backup:list --json.`,
  );
}

/** What an operation fails with, whatever was thrown. */
export function operationFailure(error: unknown): BackupError {
  return error instanceof BackupError
    ? error
    : new BackupError('query_failed', `The operation failed: ${messageOf(error)}`, { cause: error });
}
