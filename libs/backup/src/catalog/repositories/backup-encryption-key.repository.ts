import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import type { Repository } from 'typeorm';
import { systemClock } from '../clock.js';
import type { Clock } from '../clock.js';
import { BackupEncryptionKey } from '../entities/backup-encryption-key.entity.js';
import { insertedId } from '../inserted-id.js';

export type NewEncryptionKey = Pick<BackupEncryptionKey, 'label' | 'recipient'> &
  Partial<Omit<BackupEncryptionKey, 'id'>>;

/** Public keys. They are retired, not removed: old backups name them. */
@Injectable()
export class BackupEncryptionKeyRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns the id of the new row */
  async insert(values: NewEncryptionKey, now: Clock = systemClock): Promise<number> {
    return insertedId(await this.rows.insert({ createdAt: now(), ...values }));
  }

  /** @returns whether there is such a row */
  async update(id: number, patch: Pick<BackupEncryptionKey, 'label'>): Promise<boolean> {
    const { affected } = await this.rows.update({ id }, patch);
    return affected === 1;
  }

  /** @returns whether the key was in use until now */
  async retire(id: number, now: Clock = systemClock): Promise<boolean> {
    const { affected } = await this.rows.update({ id, retiredAt: IsNull() }, { retiredAt: now() });
    return affected === 1;
  }

  findById(id: number): Promise<BackupEncryptionKey | null> {
    return this.rows.findOneBy({ id });
  }

  findByLabel(label: string): Promise<BackupEncryptionKey | null> {
    return this.rows.findOneBy({ label });
  }

  /** All keys, or those that are not retired, oldest first. */
  list(filters: { readonly active?: boolean } = {}): Promise<BackupEncryptionKey[]> {
    return this.rows.find({ where: filters.active ? { retiredAt: IsNull() } : {}, order: { id: 'ASC' } });
  }

  private get rows(): Repository<BackupEncryptionKey> {
    return this.dataSource.getRepository(BackupEncryptionKey);
  }
}
