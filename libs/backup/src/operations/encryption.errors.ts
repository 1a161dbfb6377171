import type { BackupEncryptionKey } from '../catalog/entities/backup-encryption-key.entity.js';
import { BackupError } from '../errors/backup.error.js';

export function describeKey({ id, label }: BackupEncryptionKey): string {
  return `key ${String(id)} (${label})`;
}

export function keyUnknown(reference: number | string): BackupError {
  return new BackupError(
    'not_found',
    `There is no key ${JSON.stringify(reference)}: see backup:key list, or add one with backup:key add.`,
  );
}

export function noKey(): BackupError {
  return new BackupError(
    'invalid_option',
    'There is no key to encrypt to: add one with backup:key add or backup:key generate, or encrypt with a passphrase.',
  );
}

export function severalKeys(keys: readonly BackupEncryptionKey[]): BackupError {
  const known = keys.map(({ id, label }) => `${String(id)} (${label})`).join(', ');
  return new BackupError(
    'invalid_option',
    `There are several keys to encrypt to: choose one with --key, or with encryption.key of the module's options: ${known}.`,
  );
}

export function contradictoryEncryption(): BackupError {
  return new BackupError(
    'invalid_option',
    'A backup is encrypted to a key, with a passphrase, or not at all: choose one of --key, --passphrase and --no-encrypt.',
  );
}

export function keyRetired(key: BackupEncryptionKey): BackupError {
  const day = key.retiredAt?.toISOString().slice(0, 10) ?? '';
  return new BackupError(
    'key_retired',
    `The ${describeKey(key)} was retired on ${day} and no longer takes new backups: choose another with --key or encryption.key; backup:key list shows them.`,
  );
}

export function keyRetiredAlready(key: BackupEncryptionKey): BackupError {
  return new BackupError('key_retired', `The ${describeKey(key)} is retired already.`);
}

export function labelTaken(label: string): BackupError {
  return new BackupError(
    'invalid_option',
    `There is a key labelled ${JSON.stringify(label)} already: choose another label.`,
  );
}

export function invalidLabel(label: string): BackupError {
  return new BackupError(
    'invalid_option',
    `${JSON.stringify(label)} cannot be the label of a key: use 1 to 191 characters, not only digits, and no age1... .`,
  );
}

export function recipientsTaken(key: BackupEncryptionKey): BackupError {
  return new BackupError('invalid_option', `The ${describeKey(key)} has the same recipients: use that one.`);
}

export function sameKey(key: BackupEncryptionKey): BackupError {
  return new BackupError(
    'invalid_option',
    `The ${describeKey(key)} cannot be rotated to itself: name another with --to.`,
  );
}

export function rotationRunning(): BackupError {
  return new BackupError('busy', 'Keys are being rotated by another process: wait for it, then try again.');
}

export function rotationIncomplete(rotated: number, left: readonly string[]): BackupError {
  return new BackupError(
    'damaged',
    `${String(rotated)} backups were rotated and ${String(left.length)} could not be: ${left.join(' ')}`,
  );
}
