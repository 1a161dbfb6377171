import { Injectable } from '@nestjs/common';
import { DataSource, Like, Not } from 'typeorm';
import type { Repository } from 'typeorm';
import { systemClock } from '../clock.js';
import type { Clock } from '../clock.js';
import { BackupNotification } from '../entities/backup-notification.entity.js';

/** What was last told, by name. */
@Injectable()
export class BackupNotificationRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Null: nothing was told yet. */
  async stateOf(name: string): Promise<string | null> {
    return (await this.rows.findOneBy({ name }))?.state ?? null;
  }

  /** What was told about everything whose name begins so. */
  beginningWith(prefix: string): Promise<BackupNotification[]> {
    return this.rows.findBy({ name: Like(`${prefix.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`) });
  }

  /** Sets a state. @returns whether this call changed it: of several callers exactly one is told so */
  async change(name: string, state: string, now: Clock = systemClock): Promise<boolean> {
    const changedAt = now();
    const { affected } = await this.rows.update({ name, state: Not(state) }, { state, changedAt });
    return affected === 1 || (await this.add(name, state, changedAt));
  }

  /** Replaces a state that was read. @returns whether this call did it */
  async replace(name: string, from: string | null, to: string, now: Clock = systemClock): Promise<boolean> {
    const changedAt = now();
    if (from === null) {
      return this.add(name, to, changedAt);
    }
    const { affected } = await this.rows.update({ name, state: from }, { state: to, changedAt });
    return affected === 1;
  }

  /** Forgets it, so that it is told again. */
  async forget(name: string): Promise<void> {
    await this.rows.delete({ name });
  }

  private async add(name: string, state: string, changedAt: Date): Promise<boolean> {
    const before = await this.rows.existsBy({ name });
    if (before) {
      return false;
    }
    const result = await this.rows
      .createQueryBuilder()
      .insert()
      .orIgnore()
      .values({ name, state, changedAt })
      .updateEntity(false)
      .execute();
    return affectedRows(result.raw) === 1;
  }

  private get rows(): Repository<BackupNotification> {
    return this.dataSource.getRepository(BackupNotification);
  }
}

function affectedRows(raw: unknown): number {
  return typeof raw === 'object' && raw !== null && 'affectedRows' in raw ? Number(raw.affectedRows) : 0;
}
