import { Injectable } from '@nestjs/common';
import { DataSource, In, LessThanOrEqual } from 'typeorm';
import type { FindOptionsSelect, Repository } from 'typeorm';
import { BackupStatus } from '../catalog.types.js';
import type { BackupType } from '../catalog.types.js';
import { systemClock } from '../clock.js';
import type { Clock } from '../clock.js';
import { BackupHistory } from '../entities/backup-history.entity.js';
import { idPage } from '../id-page.js';
import { insertedId } from '../inserted-id.js';
import { pageSize } from '../page.js';

/** `createdAt` is now unless given; an import gives the time of the set. */
export type NewBackup = Pick<BackupHistory, 'backupType' | 'backupName' | 'filePath'> &
  Partial<Omit<BackupHistory, 'id'>>;

export type BackupPatch = Partial<Omit<BackupHistory, 'id'>>;

export interface BackupFilters {
  readonly type?: BackupType;
  readonly status?: BackupStatus;
  readonly scheduleId?: number;
  readonly verified?: boolean;
  /** Made at this time or later. */
  readonly since?: Date;
  /** Made before this time. */
  readonly until?: Date;
  /** Id of the last row of the page before. */
  readonly before?: number;
  /** Rows a page, 50 unless given, 500 at most. */
  readonly limit?: number;
}

export interface BackupTotal {
  readonly type: BackupType;
  readonly status: BackupStatus;
  readonly count: number;
  /** What the sets added to storage. */
  readonly bytes: number;
}

export interface BackupStats {
  /** One entry a type and status that occur, sorted by both. */
  readonly totals: readonly BackupTotal[];
  readonly newestCompleted: BackupHistory | null;
}

const NEWEST_FIRST = { createdAt: 'DESC', id: 'DESC' } as const;

/** The history of backups. Rows are never removed: a deleted backup is one of status `deleted`. */
@Injectable()
export class BackupHistoryRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns the id of the new row */
  async insert(values: NewBackup, now: Clock = systemClock): Promise<number> {
    return insertedId(await this.rows.insert({ createdAt: now(), ...values }));
  }

  /** Removes the row of a backup that has not begun. */
  async withdraw(id: number): Promise<void> {
    await this.rows.delete({ id, status: BackupStatus.PENDING });
  }

  findById(id: number): Promise<BackupHistory | null> {
    return this.rows.findOneBy({ id });
  }

  findByName(backupName: string): Promise<BackupHistory | null> {
    return this.rows.findOneBy({ backupName });
  }

  /** @returns whether there is such a row */
  async update(id: number, patch: BackupPatch): Promise<boolean> {
    const { affected } = await this.rows.update({ id }, patch);
    return affected === 1;
  }

  /** Newest first, by the time they were made and then by id. */
  async list(filters: BackupFilters = {}): Promise<BackupHistory[]> {
    return this.rows.find({ where: { id: In(await this.page(filters)) }, order: NEWEST_FIRST });
  }

  /** These columns of what {@link list} gives: making whole rows takes longer than to find them. */
  async listColumns<Column extends keyof BackupHistory>(
    columns: readonly Column[],
    filters: BackupFilters,
  ): Promise<Pick<BackupHistory, Column>[]> {
    const select: FindOptionsSelect<BackupHistory> = Object.fromEntries(columns.map((column) => [column, true]));
    return this.rows.find({ select, where: { id: In(await this.page(filters)) }, order: NEWEST_FIRST });
  }

  /** Backups that are not over, as far as their rows say. */
  findUnfinished(): Promise<BackupHistory[]> {
    return this.rows.find({
      where: { status: In([BackupStatus.PENDING, BackupStatus.RUNNING]) },
      order: { id: 'ASC' },
    });
  }

  /** Running and complete backups that build on another, oldest first. */
  findChildren(parentId: number): Promise<BackupHistory[]> {
    return this.rows.find({
      where: { parentId, status: In([BackupStatus.PENDING, BackupStatus.RUNNING, BackupStatus.COMPLETED]) },
      order: { id: 'ASC' },
    });
  }

  /** Completed backups that are encrypted to a key, oldest first. */
  findByKey(encryptionKeyId: number): Promise<BackupHistory[]> {
    return this.rows.find({ where: { encryptionKeyId, status: BackupStatus.COMPLETED }, order: { id: 'ASC' } });
  }

  /**
   * The completed backup to verify next: the newest that nobody looked at, else the one whose verification is oldest.
   *
   * @param backupType null: of any type
   */
  findToVerify(backupType: BackupType | null): Promise<BackupHistory | null> {
    return this.rows.findOne({
      where: { status: BackupStatus.COMPLETED, ...(backupType !== null && { backupType }) },
      // NULL sorts first
      order: { verifiedAt: 'ASC', createdAt: 'DESC', id: 'DESC' },
    });
  }

  /** How many completed backups each key has that has any. */
  async countByKey(): Promise<ReadonlyMap<number, number>> {
    const rows = await this.rows
      .createQueryBuilder('backup')
      .select('backup.encryptionKeyId', 'key')
      .addSelect('COUNT(*)', 'count')
      .where('backup.encryptionKeyId IS NOT NULL AND backup.status = :status', { status: BackupStatus.COMPLETED })
      .groupBy('backup.encryptionKeyId')
      .getRawMany<{ key: number; count: string }>();
    return new Map(rows.map(({ key, count }) => [key, Number(count)]));
  }

  /** Bytes in storage. */
  async storageUsed(): Promise<number> {
    return (await this.rows.sum('fileSize', { status: BackupStatus.COMPLETED })) ?? 0;
  }

  async stats(): Promise<BackupStats> {
    const [totals, newestCompleted] = await Promise.all([
      this.rows
        .createQueryBuilder('backup')
        .select('backup.backupType', 'type')
        .addSelect('backup.status', 'status')
        .addSelect('COUNT(*)', 'count')
        .addSelect('SUM(backup.fileSize)', 'bytes')
        .groupBy('backup.status')
        .addGroupBy('backup.backupType')
        .orderBy('backup.backupType')
        .addOrderBy('backup.status')
        .getRawMany<{ type: BackupType; status: BackupStatus; count: string; bytes: string }>(),
      this.rows.findOne({ where: { status: BackupStatus.COMPLETED }, order: { createdAt: 'DESC', id: 'DESC' } }),
    ]);
    return {
      totals: totals.map((total) => ({ ...total, count: Number(total.count), bytes: Number(total.bytes) })),
      newestCompleted,
    };
  }

  /** Ids of the rows of a page. */
  private async page(filters: BackupFilters): Promise<number[]> {
    const { type, status, scheduleId, verified, since, until, before } = filters;
    const last = before === undefined ? undefined : await this.timeOf(before);
    if (last === null) return [];
    return idPage(this.dataSource, {
      table: 'backup_history',
      index: indexFor(filters),
      conditions: [
        type && ['backup_type = ?', type],
        status && ['status = ?', status],
        scheduleId === undefined ? undefined : ['schedule_id = ?', scheduleId],
        verified === undefined ? undefined : ['verified = ?', verified],
        since && ['created_at >= ?', since],
        until && ['created_at < ?', until],
        // the first finds the place in the index, which a comparison of pairs cannot; that settles equal times
        last && ['created_at <= ?', last],
        last && ['(created_at, id) < (?, ?)', last, before],
      ],
      orderBy: 'created_at DESC, id DESC',
      limit: pageSize(filters.limit),
    });
  }

  /** The time of a row, or of the one below when it is gone; null when nothing is there. */
  private async timeOf(id: number): Promise<Date | null> {
    const row = await this.rows.findOne({
      select: { id: true, createdAt: true },
      where: { id: LessThanOrEqual(id) },
      order: { id: 'DESC' },
    });
    return row?.createdAt ?? null;
  }

  private get rows(): Repository<BackupHistory> {
    return this.dataSource.getRepository(BackupHistory);
  }
}

/** The index that leaves the fewest rows to look at: most backups are completed and verified. */
function indexFor({ type, status, scheduleId, verified }: BackupFilters): string {
  if (type && status) return 'IDX_backup_history_status_type';
  if (status && status !== BackupStatus.COMPLETED) return 'IDX_backup_history_status';
  if (verified === false) return 'IDX_backup_history_verified';
  if (scheduleId !== undefined) return 'IDX_backup_history_schedule';
  if (type) return 'IDX_backup_history_type';
  if (status) return 'IDX_backup_history_status';
  if (verified) return 'IDX_backup_history_verified';
  return 'IDX_backup_history_created';
}
