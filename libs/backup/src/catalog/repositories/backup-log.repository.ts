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

  private get rows(): Repository<BackupLog> {
    return this.dataSource.getRepository(BackupLog);
  }
}
