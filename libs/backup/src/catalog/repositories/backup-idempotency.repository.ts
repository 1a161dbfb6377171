import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import type { Repository } from 'typeorm';
import { systemClock } from '../clock.js';
import type { Clock } from '../clock.js';
import { BackupIdempotency } from '../entities/backup-idempotency.entity.js';

/** So many expired rows go at once: what is left goes with the next. */
const PORTION = 1000;

/** What was answered to requests with a key, for as long as the keys are remembered. */
@Injectable()
export class BackupIdempotencyRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Null: the key is free. */
  find(keyHash: string, now: Clock = systemClock): Promise<BackupIdempotency | null> {
    return this.rows.findOneBy({ keyHash, expiresAt: MoreThan(now()) });
  }

  /** Keeps an answer, and lets go of some that have expired. */
  async keep(row: Omit<BackupIdempotency, 'createdAt'>, now: Clock = systemClock): Promise<void> {
    const createdAt = now();
    await this.rows.upsert({ ...row, createdAt }, ['keyHash']);
    await this.rows.query(`DELETE FROM backup_idempotency WHERE expires_at <= ? LIMIT ${String(PORTION)}`, [createdAt]);
  }

  private get rows(): Repository<BackupIdempotency> {
    return this.dataSource.getRepository(BackupIdempotency);
  }
}
