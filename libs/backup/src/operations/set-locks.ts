import { Injectable } from '@nestjs/common';
import { BackupLogger } from '../backup-logger.js';
import { readSetKey, writeSetKey } from '../backup-set/stored-set-key.js';
import { emptyPassphrase } from '../encryption/encryption.errors.js';
import { generateIdentity, parseIdentities } from '../encryption/identities.js';
import { readPassphrase, readSecret, type SecretSource } from '../encryption/secret-source.js';
import { lockKind, lockSetKey, unlockSetKey, type SetLock } from '../encryption/set-key.js';
import { BackupEnvironment } from './backup-environment.js';
import { contradictoryEncryption, describeKey } from './encryption.errors.js';
import { EncryptionKeyService, recipientsOf, type KeyReference } from './encryption-keys.js';

/** Whether a new backup is encrypted, and how. */
export interface EncryptionChoice {
  /** Default: true when the module's options name a key or a passphrase. True alone takes the only key there is. */
  readonly encrypt?: boolean;
  /** Id or label of the key, or its recipients. Default: the module's. */
  readonly key?: KeyReference;
  /** Encrypt with a passphrase instead of a key. */
  readonly passphrase?: string;
}

/** How an encrypted backup is opened, where the module's options do not say, or say something else. */
export interface UnlockOptions {
  /** File with age identities. Default: the module's `encryption.identities`. */
  readonly identityFile?: string;
  /** Default: the module's `encryption.passphrase`. */
  readonly passphrase?: string;
}

/** What a set that is about to be made is locked with. */
export interface ChosenLock {
  /** Row of backup_encryption_key; null for a passphrase. */
  readonly keyId: number | null;
  readonly lock: SetLock;
}

/** Locks new sets, and unlocks those in storage. */
@Injectable()
export class SetLocks {
  private readonly logger = new BackupLogger();
  private readonly warned = new Set<string>();

  constructor(
    private readonly environment: BackupEnvironment,
    private readonly keys: EncryptionKeyService,
  ) {}

  /**
   * What a new backup is locked with; null leaves it unencrypted.
   *
   * @throws BackupError `invalid_option`, `not_found` or `key_retired`
   */
  async choose({ encrypt, key, passphrase }: EncryptionChoice): Promise<ChosenLock | null> {
    const usual = this.environment.options.encryption;
    const isChosen = key !== undefined || passphrase !== undefined;
    if ((encrypt === false && isChosen) || (key !== undefined && passphrase !== undefined)) {
      throw contradictoryEncryption();
    }
    if (encrypt === false) {
      return null;
    }
    if (passphrase !== undefined || (!isChosen && usual.key === null && usual.passphrase !== null)) {
      return { keyId: null, lock: { passphrase: await this.passphrase(passphrase, usual.passphrase) } };
    }
    const reference = key ?? usual.key;
    if (reference === null && encrypt !== true) {
      return null;
    }
    const found = reference === null ? await this.keys.onlyActive() : await this.keys.findActive(reference);
    return { keyId: found.id, lock: { recipients: recipientsOf(found) } };
  }

  /**
   * Makes a set's identity and writes it down, locked.
   *
   * @returns the recipient that the set's objects are encrypted to
   */
  async lock(set: string, { lock }: ChosenLock): Promise<string> {
    const { identity, recipient } = await generateIdentity(false);
    await this.relock(set, identity, lock);
    return recipient;
  }

  /** Replaces a set's `key.age` in one step. */
  async relock(set: string, identity: string, lock: SetLock): Promise<void> {
    await writeSetKey(this.environment.storage, set, await lockSetKey(set, identity, lock));
  }

  /**
   * The identity of a set in storage.
   *
   * @param keyId the key that the catalog says it is encrypted to
   * @throws BackupError `identity_missing`, `identity_wrong` or `damaged`
   */
  async unlock(set: string, keyId: number | null, options: UnlockOptions): Promise<string> {
    const sealed = await readSetKey(this.environment.storage, set);
    const { isPassphrase, mark } = await lockKind(set, sealed);
    const usual = this.environment.options.encryption;
    const source = options.identityFile === undefined ? usual.identities : { file: options.identityFile };
    const hasPassphrase = options.passphrase !== undefined || usual.passphrase !== null;
    return unlockSetKey(
      set,
      sealed,
      {
        identities: isPassphrase || source === null ? [] : await this.identities(source),
        passphrase: isPassphrase && hasPassphrase ? await this.passphrase(options.passphrase, usual.passphrase) : null,
      },
      await this.nameOf(keyId ?? (await this.keyIdWith(mark))),
    );
  }

  /** The key that a set in storage says it is encrypted to: a hint, since anybody could have written it. */
  async keyIdOf(set: string): Promise<number | null> {
    const { mark } = await lockKind(set, await readSetKey(this.environment.storage, set));
    return this.keyIdWith(mark);
  }

  private async keyIdWith(mark: string | null): Promise<number | null> {
    return mark === null ? null : ((await this.keys.withMark(mark))?.id ?? null);
  }

  private async identities(source: SecretSource): Promise<readonly string[]> {
    const secret = await readSecret(source, 'identity', this.warnOnce);
    return parseIdentities(secret.text, secret.source);
  }

  private async passphrase(given: string | undefined, source: SecretSource | null): Promise<string> {
    const text = given ?? (source === null ? '' : await readPassphrase(source, this.warnOnce));
    if (text === '') {
      throw emptyPassphrase();
    }
    return text;
  }

  private async nameOf(id: number | null): Promise<string | null> {
    if (id === null) {
      return null;
    }
    const key = await this.keys.find(id).catch(() => null);
    return key === null ? null : `${describeKey(key)}, ${recipientsOf(key).map(shorten).join(' or ')}`;
  }

  private readonly warnOnce = (message: string): void => {
    if (!this.warned.has(message)) {
      this.warned.add(message);
      this.logger.warn(message);
    }
  };
}

/** Post-quantum recipients are two thousand characters long. */
function shorten(recipient: string): string {
  return recipient.length > 70 ? `${recipient.slice(0, 24)}...` : recipient;
}
