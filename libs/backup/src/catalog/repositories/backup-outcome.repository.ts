import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, Not } from 'typeorm';
import type { Repository } from 'typeorm';
import { BackupStatus } from '../catalog.types.js';
import type { BackupType } from '../catalog.types.js';
import { BackupHistory } from '../entities/backup-history.entity.js';

/** The backups of one type that one schedule made, or that none did. */
export interface BackupGroup {
  readonly scheduleId: number | null;
  readonly type: BackupType;
}

/** When the newest of a group's backups of each status was made; null: it has none. */
export interface GroupOutcome extends BackupGroup {
  readonly completedAt: Date | null;
  readonly failedAt: Date | null;
  readonly runningSince: Date | null;
}

const COLUMNS = {
  id: true,
  backupType: true,
  backupName: true,
  scheduleId: true,
  backupid: true,
  status: true,
  createdAt: true,
  durationSeconds: true,
  fileSize: true,
  logicalSize: true,
  verified: true,
  verifiedAt: true,
  drilledAt: true,
  drillSeconds: true,
  errorMessage: true,
} as const;

/** A row of the history without its lists of tables and files, which can be long. */
export type BackupOutcome = Pick<BackupHistory, keyof typeof COLUMNS>;

const CONTENT = { id: true, tablesIncluded: true, filesIncluded: true, partial: true } as const;

/** What a backup holds, by its row of the history. */
export type BackupContent = Pick<BackupHistory, keyof typeof CONTENT>;

/** Groups asked for in one statement. */
const GROUPS_AT_ONCE = 100;

/** How backups turned out: what alerts, health checks and metrics ask of the history, each answered from an index. */
@Injectable()
export class BackupOutcomeRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** One entry a group that has any backup. The server jumps from group to group in the index. */
  async groups(): Promise<GroupOutcome[]> {
    const rows = await this.dataSource.query<
      { scheduleId: number | null; type: BackupType; status: BackupStatus; newest: string | Date }[]
    >(
      `SELECT schedule_id AS scheduleId, backup_type AS type, status AS status, MAX(created_at) AS newest
       FROM backup_history FORCE INDEX FOR GROUP BY (IDX_backup_history_outcome)
       GROUP BY schedule_id, backup_type, status`,
    );
    const groups = new Map<string, GroupOutcome>();
    for (const { scheduleId, type, status, newest } of rows) {
      const key = `${String(scheduleId)} ${type}`;
      const known = groups.get(key) ?? { scheduleId, type, completedAt: null, failedAt: null, runningSince: null };
      groups.set(key, { ...known, ...outcomeOf(status, new Date(newest)) });
    }
    return [...groups.values()];
  }

  /** The newest backups of each group that ended that way, newest first. @param count how many of each */
  async newestOf(groups: readonly BackupGroup[], status: BackupStatus, count: number): Promise<BackupOutcome[]> {
    const found: BackupOutcome[] = [];
    for (let start = 0; start < groups.length; start += GROUPS_AT_ONCE) {
      const some = groups.slice(start, start + GROUPS_AT_ONCE);
      const one = `(SELECT id FROM backup_history FORCE INDEX (IDX_backup_history_outcome)
        WHERE schedule_id <=> ? AND backup_type = ? AND status = ? ORDER BY created_at DESC LIMIT ${String(count)})`;
      const ids = await this.dataSource.query<{ id: number }[]>(
        some.map(() => one).join(' UNION ALL '),
        some.flatMap(({ scheduleId, type }) => [scheduleId, type, status]),
      );
      found.push(...(await this.rows.find({ select: COLUMNS, where: { id: In(ids.map(({ id }) => id)) } })));
    }
    return found.sort((one, other) => other.createdAt.getTime() - one.createdAt.getTime() || other.id - one.id);
  }

  contentsOf(ids: readonly number[]): Promise<BackupContent[]> {
    return this.rows.find({ select: CONTENT, where: { id: In(ids) } });
  }

  /** Backups in storage whose last verification failed, newest first. */
  findUnsound(limit: number): Promise<BackupOutcome[]> {
    return this.rows.find({
      select: COLUMNS,
      where: { status: BackupStatus.COMPLETED, verified: false, verifiedAt: Not(IsNull()) },
      order: { verifiedAt: 'DESC' },
      take: limit,
    });
  }

  /** Backups that were restored as a drill, the latest drill first. */
  findDrilled(limit: number): Promise<BackupOutcome[]> {
    return this.rows.find({
      select: COLUMNS,
      where: { drilledAt: Not(IsNull()) },
      order: { drilledAt: 'DESC' },
      take: limit,
    });
  }

  /** When the oldest backup in storage was made. */
  async oldestCompleted(): Promise<Date | null> {
    const row = await this.rows.findOne({
      select: COLUMNS,
      where: { status: BackupStatus.COMPLETED },
      order: { createdAt: 'ASC' },
    });
    return row?.createdAt ?? null;
  }

  private get rows(): Repository<BackupHistory> {
    return this.dataSource.getRepository(BackupHistory);
  }
}

function outcomeOf(status: BackupStatus, newest: Date): Partial<GroupOutcome> {
  switch (status) {
    case BackupStatus.COMPLETED:
      return { completedAt: newest };
    case BackupStatus.FAILED:
      return { failedAt: newest };
    case BackupStatus.RUNNING:
      return { runningSince: newest };
    case BackupStatus.PENDING:
    case BackupStatus.DELETED:
      return {};
  }
}
