import { single } from '../byte-chunks.js';
import { splitFile } from './age-header.js';
import { decryptBytes, encryptBytes } from './age-file.js';
import {
  DamagedFileError,
  identityMissing,
  identityWrong,
  NoMatchingIdentityError,
  passphraseMissing,
  passphraseWrong,
  setKeyDamaged,
} from './encryption.errors.js';
import { PassphraseIdentity, PassphraseRecipient } from './passphrase.js';
import { markOf, RecipientsMark } from './recipients.js';

/** What a set's own key is locked with. */
export type SetLock = { readonly recipients: readonly string[] } | { readonly passphrase: string };

/** The identities of encrypted sets, by their names. Secret. Sets that are not encrypted have none. */
export type SetIdentities = ReadonlyMap<string, string>;

/** What there is to open sets with. */
export interface Unlocking {
  readonly identities: readonly string[];
  readonly passphrase: string | null;
}

/** How a set's key is locked, as far as that can be seen from outside. */
export interface LockKind {
  readonly isPassphrase: boolean;
  /** Mark of the recipients, when the file has one. */
  readonly mark: string | null;
}

const FIRST_LINE = '# Key of backup set ';

/** The content of `key.age`: the set's identity, which stock age takes as it is. */
export function lockSetKey(set: string, identity: string, lock: SetLock): Promise<Buffer> {
  const recipients =
    'passphrase' in lock
      ? [new PassphraseRecipient(lock.passphrase)]
      : [...lock.recipients, new RecipientsMark(lock.recipients)];
  return encryptBytes(recipients, Buffer.from(`${FIRST_LINE}${set}\n${identity}\n`));
}

/**
 * The set's identity.
 *
 * @param key what to call the key that the set should be encrypted to
 * @throws BackupError `identity_missing`, `identity_wrong`, or `damaged` when it is not the key of this set
 */
export async function unlockSetKey(
  set: string,
  sealed: Buffer,
  { identities, passphrase }: Unlocking,
  key: string | null,
): Promise<string> {
  const { isPassphrase } = await lockKind(set, sealed);
  if (isPassphrase && passphrase === null) {
    throw passphraseMissing(set);
  }
  if (!isPassphrase && identities.length === 0) {
    throw identityMissing(set);
  }
  let text: string;
  try {
    const opens = isPassphrase ? [new PassphraseIdentity(passphrase ?? '')] : identities;
    text = (await decryptBytes(opens, sealed)).toString('utf8');
  } catch (error) {
    if (error instanceof NoMatchingIdentityError) {
      throw isPassphrase ? passphraseWrong(set) : identityWrong(set, key);
    }
    throw error instanceof DamagedFileError ? setKeyDamaged(set, error.reason, error) : error;
  }
  const [first, identity = ''] = text.split('\n');
  if (!first.startsWith(FIRST_LINE) || !/^AGE-SECRET-KEY-1[A-Z0-9]+$/.test(identity)) {
    throw setKeyDamaged(set, 'holds no key of a set');
  }
  if (first !== `${FIRST_LINE}${set}`) {
    throw setKeyDamaged(set, `belongs to ${first.slice(FIRST_LINE.length)}`);
  }
  return identity;
}

/** @throws BackupError `damaged` when it is no age file */
export async function lockKind(set: string, sealed: Buffer): Promise<LockKind> {
  try {
    const { header } = await splitFile(single(sealed));
    return { isPassphrase: header.includes('\n-> scrypt '), mark: markOf(header) };
  } catch (error) {
    throw error instanceof DamagedFileError ? setKeyDamaged(set, error.reason, error) : error;
  }
}
