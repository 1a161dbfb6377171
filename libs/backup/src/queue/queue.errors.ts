import { BackupError } from '../errors/backup.error.js';

export function queuePackageMissing(cause: unknown): BackupError {
  return new BackupError(
    'invalid_option',
    'BackupModule option queue needs the packages bullmq and ioredis: run npm install bullmq ioredis.',
    { cause },
  );
}

export function invalidConnection(): BackupError {
  return new BackupError(
    'invalid_option',
    'BackupModule option queue.connection: is not a URL such as redis://user:password@redis.example.org:6379/0.',
  );
}

/** @param server where it is, without secrets */
export function queueFailed(server: string, reason: string, cause: unknown): BackupError {
  return new BackupError(
    'queue_failed',
    `The queue at ${server} does not answer (${reason}): start Redis, or correct the option queue.connection.`,
    { cause },
  );
}

export function passphraseNotHandedOver(): BackupError {
  return new BackupError(
    'invalid_option',
    'A passphrase is not handed to other processes: set encryption.passphrase among the options of the workers instead.',
  );
}

/** Whether a prepared operation did not fail, but is carried out elsewhere: another process has it, or this one ends. */
export function isLeftToOthers(error: unknown): error is BackupError {
  return error instanceof BackupError && (error.code === 'operation_state' || error.code === 'shutting_down');
}
