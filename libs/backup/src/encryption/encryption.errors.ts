import { BackupError } from '../errors/backup.error.js';

/**
 * An age file is not what was written. The reason reads on from the name of the file: "is cut off".
 *
 * Whoever knows which file it is makes a {@link BackupError} of it.
 */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError';

  constructor(
    readonly reason: string,
    options?: { cause?: unknown },
  ) {
    super(`The file ${reason}.`, options);
  }
}

/** None of the identities at hand opens an age file. */
export class NoMatchingIdentityError extends Error {
  override readonly name = 'NoMatchingIdentityError';

  constructor() {
    super('None of the identities opens the file.');
  }
}

export function invalidRecipient(text: string): BackupError {
  const advice = text.startsWith('AGE-SECRET-KEY-')
    ? 'that is an identity, which must stay secret; give the public key that belongs to it (age-keygen -y FILE shows it).'
    : 'use a public key as age-keygen or backup:key generate prints it: age1..., or age1pq1... for the post-quantum kind.';
  // an identity is never repeated
  const shown = text.startsWith('AGE-SECRET-KEY-') ? 'What was given as a recipient' : JSON.stringify(shorten(text));
  return new BackupError('invalid_option', `${shown} is not an age recipient: ${advice}`);
}

export function mixedRecipients(): BackupError {
  return new BackupError(
    'invalid_option',
    'A key cannot have post-quantum (age1pq1...) and other recipients: the weaker ones would open what the stronger protect; make two keys.',
  );
}

export function noRecipient(): BackupError {
  return new BackupError('invalid_option', 'A key needs at least one recipient: for example --recipient=age1...');
}

/** @param place `line 3 of /etc/backup/identity.txt` */
export function invalidIdentity(place: string): BackupError {
  return new BackupError(
    'invalid_option',
    `The ${place} is not an age identity: lines are AGE-SECRET-KEY-1..., AGE-SECRET-KEY-PQ-1... or comments that start with #.`,
  );
}

export function encryptedIdentities(source: string): BackupError {
  return new BackupError(
    'invalid_option',
    `The ${source} is itself encrypted: decrypt it first, for example with age -d FILE > identity.txt.`,
  );
}

export function noIdentities(source: string): BackupError {
  return new BackupError(
    'invalid_option',
    `The ${source} holds no identity: put a line with AGE-SECRET-KEY-1... into it.`,
  );
}

export function secretUnreadable(source: string, reason: string, cause?: unknown): BackupError {
  return new BackupError(
    'invalid_option',
    `The ${source} cannot be read (${reason}): check its name and permissions.`,
    {
      cause,
    },
  );
}

export function emptyPassphrase(): BackupError {
  return new BackupError('invalid_option', 'The passphrase is empty: give one, of several random words.');
}

export function identityMissing(set: string): BackupError {
  return new BackupError(
    'identity_missing',
    `${set} is encrypted and there is no identity to open it with: name a file with --identity or BACKUP_IDENTITY_FILE, or set encryption.identities in the module's options.`,
  );
}

export function passphraseMissing(set: string): BackupError {
  return new BackupError(
    'identity_missing',
    `${set} is encrypted with a passphrase: add --passphrase to be asked for it, or set encryption.passphrase in the module's options.`,
  );
}

/** @param key what the catalog says about the key that the set was encrypted to */
export function identityWrong(set: string, key: string | null): BackupError {
  return new BackupError(
    'identity_wrong',
    `None of the identities at hand opens ${set}: give the one that belongs to ${key ?? 'the key it was encrypted to'}.`,
  );
}

export function passphraseWrong(set: string): BackupError {
  return new BackupError('identity_wrong', `The passphrase does not open ${set}: try again with the right one.`);
}

export function setKeyMissing(set: string): BackupError {
  return new BackupError(
    'damaged',
    `${set} has no key.age any more: without it nobody can open the set; bring it back from a copy of the storage, or restore another backup.`,
  );
}

export function setKeyDamaged(set: string, reason: string, cause?: unknown): BackupError {
  return new BackupError(
    'damaged',
    `The key.age of ${set} ${reason}: bring it back from a copy of the storage, or restore another backup.`,
    { cause },
  );
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
