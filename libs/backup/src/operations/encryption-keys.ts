import { Injectable } from '@nestjs/common';
import type { BackupEncryptionKey } from '../catalog/entities/backup-encryption-key.entity.js';
import { BackupEncryptionKeyRepository } from '../catalog/repositories/backup-encryption-key.repository.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { generateIdentity, type NewIdentity } from '../encryption/identities.js';
import { parseRecipients, recipientsMark } from '../encryption/recipients.js';
import {
  invalidLabel,
  keyRetired,
  keyRetiredAlready,
  keyUnknown,
  labelTaken,
  noKey,
  recipientsTaken,
  severalKeys,
} from './encryption.errors.js';

/** Id or label of a key, or the recipients it has. */
export type KeyReference = number | string | readonly string[];

/** A key that backups can be encrypted to. Nothing in it is secret. */
export interface EncryptionKey {
  readonly id: number;
  readonly label: string;
  /** age public keys; each of their identities opens the backups. */
  readonly recipients: readonly string[];
  readonly createdAt: Date;
  readonly retiredAt: Date | null;
  /** Backups in storage that are encrypted to it. */
  readonly backups: number;
}

export interface NewKey {
  readonly label: string;
  /** age public keys (`age1...`); post-quantum ones (`age1pq1...`) only among themselves. */
  readonly recipients: readonly string[];
}

export interface GeneratedKey {
  readonly key: EncryptionKey;
  /** The secret: whoever has it opens the backups. It is kept nowhere. */
  readonly identity: NewIdentity;
}

/** The keys of the catalog: public keys, by label. */
@Injectable()
export class EncryptionKeyService {
  constructor(
    private readonly keys: BackupEncryptionKeyRepository,
    private readonly history: BackupHistoryRepository,
  ) {}

  /** @throws BackupError `invalid_option` for a label or recipients that are taken or cannot be used */
  async add({ label, recipients: texts }: NewKey): Promise<EncryptionKey> {
    if (!/^(?!age1)(?=.*\D).{1,191}$/u.test(label) || label.trim() !== label) {
      throw invalidLabel(label);
    }
    const recipients = await parseRecipients(texts);
    if ((await this.keys.findByLabel(label)) !== null) {
      throw labelTaken(label);
    }
    const twin = await this.withRecipients(recipients);
    if (twin !== null) {
      throw recipientsTaken(twin);
    }
    const id = await this.keys.insert({ label, recipient: recipients.join('\n') });
    return this.describe(await this.find(id));
  }

  /** Makes an identity and adds its recipient as a key. */
  async generate(label: string, isPostQuantum: boolean): Promise<GeneratedKey> {
    const identity = await generateIdentity(isPostQuantum);
    return { key: await this.add({ label, recipients: [identity.recipient] }), identity };
  }

  /** All keys, retired ones too, oldest first. */
  async list(): Promise<EncryptionKey[]> {
    const counts = await this.history.countByKey();
    const keys = await this.keys.list();
    return keys.map((key) => encryptionKey(key, counts.get(key.id) ?? 0));
  }

  /**
   * From now on the key takes no new backups. Those it has stay, and are opened with its identity as before.
   *
   * @throws BackupError `not_found` or `key_retired`
   */
  async retire(reference: number | string): Promise<EncryptionKey> {
    const key = await this.find(reference);
    if (!(await this.keys.retire(key.id))) {
      throw keyRetiredAlready(key);
    }
    return this.describe(await this.find(key.id));
  }

  /**
   * A key that new backups can be encrypted to.
   *
   * @throws BackupError `not_found` or `key_retired`
   */
  async findActive(reference: KeyReference): Promise<BackupEncryptionKey> {
    const key = await this.findOrAdd(reference);
    if (key.retiredAt !== null) {
      throw keyRetired(key);
    }
    return key;
  }

  /** The one key there is to encrypt to. @throws BackupError `invalid_option` when there is none, or a choice */
  async onlyActive(): Promise<BackupEncryptionKey> {
    const active = await this.keys.list({ active: true });
    if (active.length !== 1) {
      throw active.length === 0 ? noKey() : severalKeys(active);
    }
    return active[0];
  }

  /** @throws BackupError `not_found` */
  async find(reference: number | string): Promise<BackupEncryptionKey> {
    const isId = typeof reference === 'number' || /^\d{1,10}$/.test(reference);
    const key = isId ? await this.keys.findById(Number(reference)) : await this.keys.findByLabel(reference);
    if (key === null) {
      throw keyUnknown(reference);
    }
    return key;
  }

  /** The key whose recipients left this mark in a `key.age`, or null. */
  async withMark(mark: string): Promise<BackupEncryptionKey | null> {
    const keys = await this.keys.list();
    return keys.find((key) => recipientsMark(recipientsOf(key)) === mark) ?? null;
  }

  /** Recipients that stand in the options get a key of their own when they are first used. */
  private async findOrAdd(reference: KeyReference): Promise<BackupEncryptionKey> {
    const texts = typeof reference === 'string' && reference.startsWith('age1') ? [reference] : reference;
    if (typeof texts === 'number' || typeof texts === 'string') {
      return this.find(texts);
    }
    const recipients = await parseRecipients(texts);
    const known = await this.withRecipients(recipients);
    if (known !== null) {
      return known;
    }
    const { id } = await this.add({ label: `configured ${recipientsMark(recipients).slice(0, 8)}`, recipients });
    return this.find(id);
  }

  private async withRecipients(recipients: readonly string[]): Promise<BackupEncryptionKey | null> {
    return this.withMark(recipientsMark(recipients));
  }

  private async describe(key: BackupEncryptionKey): Promise<EncryptionKey> {
    const counts = await this.history.countByKey();
    return encryptionKey(key, counts.get(key.id) ?? 0);
  }
}

export function recipientsOf({ recipient }: BackupEncryptionKey): readonly string[] {
  return recipient.split('\n');
}

function encryptionKey(key: BackupEncryptionKey, backups: number): EncryptionKey {
  const { id, label, createdAt, retiredAt } = key;
  return { id, label, recipients: recipientsOf(key), createdAt, retiredAt, backups };
}
