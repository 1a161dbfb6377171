import { Injectable } from '@nestjs/common';
import { DataSource, LessThanOrEqual, MoreThan } from 'typeorm';
import type { EntityManager, Repository } from 'typeorm';
import type { LogLevel } from '../catalog.types.js';
import { epochSeconds, systemClock } from '../clock.js';
import type { Clock } from '../clock.js';
import { BackupLog } from '../entities/backup-log.entity.js';
import { pageSize } from '../page.js';

export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  /** When it happened; now unless given. */
  readonly time?: Date;
}

export interface LogFilters {
  /** Id of the last line of the page before. */
  readonly after?: number;
  /** Lines a page, 50 unless given, 500 at most. */
  readonly limit?: number;
  /** The least severe level to show: `LogLevel.INFO` leaves debug lines out. */
  readonly maxLevel?: LogLevel;
}

/** Lines that are removed in one statement. */
const PORTION = 1000;

/** What operations logged. */
@Injectable()
export class BackupLogRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Adds lines, all of them in one INSERT. @param manager of a transaction that they are part of */
  async append(
    backupid: string,
    entries: readonly LogEntry[],
    now: Clock = systemClock,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<void> {
    if (entries.length === 0) return;
    const time = now();
    await manager
      .createQueryBuilder()
      .insert()
      .into(BackupLog)
      .values(
        entries.map((entry) => ({
          backupid,
          loglevel: entry.level,
          message: entry.message,
          createdAt: epochSeconds(entry.time ?? time),
        })),
      )
      .updateEntity(false)
      .execute();
  }

  /** In the order they were logged. */
  list(backupid: string, filters: LogFilters = {}): Promise<BackupLog[]> {
    const { after, limit, maxLevel } = filters;
    return this.rows.find({
      where: {
        backupid,
        ...(after !== undefined && { id: MoreThan(after) }),
        ...(maxLevel !== undefined && { loglevel: LessThanOrEqual(maxLevel) }),
      },
      order: { id: 'ASC' },
      take: pageSize(limit),
    });
  }

  /**
   * Removes lines of operations from before a moment, a portion at a time, so that nobody waits for it. Ids follow time: it
   * stops at the first portion that has nothing so old.
   *
   * @param kept the name of lines that stay: those of the audit trail
   * @returns how many there were
   */
  async removeBefore(moment: Date, kept: string): Promise<number> {
    const oldest = epochSeconds(moment);
    let removed = 0;
    for (let last = 0; ;) {
      const portion = await this.rows.find({
        select: { id: true, backupid: true, createdAt: true },
        where: { id: MoreThan(last) },
        order: { id: 'ASC' },
        take: PORTION,
      });
      const old = portion.filter(({ createdAt }) => createdAt < oldest);
      const ids = old.filter(({ backupid }) => backupid !== kept).map(({ id }) => id);
      if (ids.length > 0) {
        await this.rows.delete(ids);
      }
      removed += ids.length;
      if (old.length === 0) {
        return removed;
      }
      last = portion[portion.length - 1].id;
    }
  }

  private get rows(): Repository<BackupLog> {
    return this.dataSource.getRepository(BackupLog);
  }
}
