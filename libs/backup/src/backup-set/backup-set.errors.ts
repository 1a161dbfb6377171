import { BackupError } from '../errors/backup.error.js';

/** Of names that somebody else chose. */
const LONGEST_SHOWN = 300;

export function invalidSetName(name: string): BackupError {
  return new BackupError(
    'invalid_name',
    `${JSON.stringify(name)} is not the name of a backup set: names look like 20261121T221005Z-database-3f9c2a.`,
  );
}

export function setMissing(name: string, location: string): BackupError {
  return new BackupError(
    'damaged',
    `Backup set ${name} has no manifest in ${location}: it was removed or never completed; restore another backup.`,
  );
}

export function manifestAltered(name: string): BackupError {
  return new BackupError(
    'damaged',
    `The manifest of ${name} is not the one recorded in the catalog: it was altered or damaged; restore another backup, or pass --trust-storage if you know why.`,
  );
}

export function manifestDowngraded(name: string, location: string): BackupError {
  return new BackupError(
    'damaged',
    `${name} was encrypted, and ${location} has an unencrypted manifest in its place: somebody put it there; restore another backup, and find out who writes to that storage.`,
  );
}

export function manifestAmbiguous(name: string): BackupError {
  return new BackupError(
    'damaged',
    `${name} has an unencrypted manifest beside what an encrypted set consists of: somebody put one of them there; find out who writes to that storage.`,
  );
}

export function manifestUnreadable(name: string, reason: string, cause: unknown): BackupError {
  return new BackupError(
    'damaged',
    `The manifest of ${name} cannot be read (${reason}): it is damaged; restore another backup.`,
    { cause },
  );
}

export function formatTooNew(name: string, found: number, known: number): BackupError {
  return new BackupError(
    'format_unsupported',
    `${name} has format version ${String(found)} and this release reads up to ${String(known)}: upgrade nestjs-backup to use it.`,
  );
}

export function objectDamaged(set: string, key: string, reason: string, cause?: unknown): BackupError {
  return new BackupError(
    'damaged',
    `${set} is damaged: object ${key} ${reason}; restore another backup and run backup:verify on the rest.`,
    { cause },
  );
}

export function setIncomplete(set: string, bytes: number, expected: number): BackupError {
  return new BackupError(
    'damaged',
    `${set} is damaged: its objects hold ${String(bytes)} bytes instead of ${String(expected)}; verify it with its identity to see which, and restore another backup.`,
  );
}

export function archiveRefused(reason: string, cause?: unknown): BackupError {
  return new BackupError(
    'damaged',
    `The archive cannot be taken in: ${reason}; nothing of it was kept. Send a set as it was downloaded.`,
    { cause },
  );
}

export function archiveTooLarge(limit: string): BackupError {
  return new BackupError('too_large', `The archive cannot be taken in: it has ${limit}; nothing of it was kept.`);
}

export function invalidObjectName(path: string): BackupError {
  return new BackupError(
    'invalid_name',
    `The archive cannot be taken in: ${JSON.stringify(path.slice(0, LONGEST_SHOWN))} is not a path in a backup set; nothing of it was kept.`,
  );
}
