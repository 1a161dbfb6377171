import { BackupError, messageOf } from '../errors/backup.error.js';
import { formatTime } from '../format.js';

export function operationCancelled(backupid: string): BackupError {
  return new BackupError('cancelled', `Operation ${backupid} was cancelled.`);
}

/** Of one whose process stood still for too long, or could not reach the catalog. */
export function operationTakenForDead(backupid: string): BackupError {
  return new BackupError(
    'interrupted',
    `Operation ${backupid} gave no sign of life for too long, and was taken for dead by another process: start it again.`,
  );
}

/** Of an operation that ran when its application was told to end. */
export function cancelledByShutdown(): BackupError {
  return new BackupError('cancelled', 'The application is shutting down.');
}

/** Of one that an application is asked for that is about to end. */
export function shuttingDown(): BackupError {
  return new BackupError('shutting_down', 'The application is shutting down: ask another replica, or try again soon.');
}

/** Of one that is not in the state it was in a moment ago. */
export function operationMovedOn(backupid: string): BackupError {
  return new BackupError(
    'operation_state',
    `Operation ${backupid} was moved on by another process just now: look at it with backup:operation show.`,
  );
}

export function operationUnknown(backupid: string): BackupError {
  return new BackupError(
    'not_found',
    `There is no operation ${JSON.stringify(backupid)}: take one that backup:operation list shows.`,
  );
}

/** Of a prepared operation that was cancelled before anybody took it. */
export function cancelledBeforehand(backupid: string): BackupError {
  return new BackupError('operation_state', `Operation ${backupid} was cancelled before it began.`);
}

/** Of a prepared operation that somebody else was faster to take. */
export function operationTakenUp(backupid: string): BackupError {
  return new BackupError('operation_state', `Operation ${backupid} is carried out by another process already.`);
}

/** @param source a database, or a folder of files */
export function sourceBusy(source: string): BackupError {
  return new BackupError(
    'busy',
    `Another backup or restore of ${source} is running: wait for it, or cancel it, then try again.`,
  );
}

export function notWaiting(backupid: string, wish: string): BackupError {
  return new BackupError(
    'operation_state',
    `Operation ${backupid} does not wait for its settings to be confirmed: there is nothing to ${wish}.`,
  );
}

export function changedMeanwhile(backupid: string): BackupError {
  return new BackupError(
    'operation_state',
    `Operation ${backupid} was changed or confirmed by somebody else just now: look at it, and try again.`,
  );
}

export function notPrepared(backupid: string): BackupError {
  return new BackupError('operation_state', `Operation ${backupid} was not prepared for later: start a new one.`);
}

/** Of one that waits: it may come from another release. */
export function orderUnreadable(backupid: string): BackupError {
  return new BackupError(
    'format_unsupported',
    `What operation ${backupid} was prepared to do cannot be read by this release: prepare it again.`,
  );
}

export function invalidOrder(problem: string): BackupError {
  return new BackupError('invalid_option', `The settings of the operation are not right: ${problem}.`);
}

export function passphraseNotKept(): BackupError {
  return new BackupError(
    'invalid_option',
    'A passphrase is not kept for later: encrypt to a key, or set encryption.passphrase among the options of the module.',
  );
}

export function timeAndConfirmation(): BackupError {
  return new BackupError(
    'invalid_option',
    'An operation waits either for its time or to be confirmed: its confirmation says when it starts (backup:operation confirm --at).',
  );
}

export function undoNotPrepared(): BackupError {
  return new BackupError('invalid_option', 'An undo is done at once: leave --at and --interactive out.');
}

export function invalidTime(): BackupError {
  return new BackupError('invalid_option', 'The time to start at is no valid date.');
}

export function timeIsPast(moment: Date): BackupError {
  return new BackupError(
    'invalid_option',
    `The time to start at, ${formatTime(moment)} UTC, is past: give a later one, or none to start now.`,
  );
}

export function timeIsTooFar(moment: Date): BackupError {
  return new BackupError(
    'invalid_option',
    `The time to start at, ${formatTime(moment)} UTC, is more than ten years ahead: check its year.`,
  );
}

/** What an operation fails with, whatever was thrown. */
export function operationFailure(error: unknown): BackupError {
  return error instanceof BackupError
    ? error
    : new BackupError('query_failed', `The operation failed: ${messageOf(error)}`, { cause: error });
}
