import { BackupError, messageOf } from '../errors/backup.error.js';

export function storageMissing(location: string): BackupError {
  return new BackupError(
    'storage_missing',
    `The storage folder ${location} does not exist: create it, mount it, or point the storage option at another one.`,
  );
}

export function storageNotWritable(location: string, cause: unknown): BackupError {
  const code = systemCode(cause);
  const advice =
    code === 'EROFS'
      ? 'its disk is mounted read-only; mount it for writing, or point the storage option at another folder.'
      : "give this process's user write permission there.";
  return new BackupError('storage_not_writable', `The storage ${location} cannot be written to (${code}): ${advice}`, {
    cause,
  });
}

export function storageFull(location: string, cause: unknown): BackupError {
  return new BackupError(
    'storage_full',
    `The storage ${location} is full: free space with backup:cleanup or enlarge it; nothing of this backup was kept.`,
    { cause },
  );
}

export function storageFailed(location: string, cause: unknown): BackupError {
  return new BackupError('storage_failed', `The storage ${location} failed: ${messageOf(cause)}.`, { cause });
}

export function objectMissing(location: string, key: string): BackupError {
  return new BackupError('not_found', `There is no ${key} in the storage ${location}.`);
}

export function invalidKey(key: string): BackupError {
  return new BackupError(
    'invalid_name',
    `${JSON.stringify(key)} is not a storage key: only letters, digits, ".", "_", "=", "-" and "/" between names are allowed, and no name may be "." or "..".`,
  );
}

export function invalidStorageUrl(reason: string): BackupError {
  return new BackupError(
    'invalid_option',
    `The storage URL ${reason}: use file:///absolute/path of a folder that exists.`,
  );
}

export function invalidDriver(reason: string): BackupError {
  return new BackupError(
    'invalid_option',
    `BackupModule option storage ${reason}: give file:///absolute/path of a folder, or { module: new URL('./my-storage.js', import.meta.url), options }.`,
  );
}

export function unusableDriver(module: string, reason: string, cause?: unknown): BackupError {
  return new BackupError('invalid_option', `The storage driver ${module} cannot be used: ${reason}.`, { cause });
}

/** The error code the operating system gave, or the message when there is none. */
export function systemCode(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string'
    ? cause.code
    : messageOf(cause);
}
