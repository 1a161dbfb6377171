import { BackupHistory } from '../../libs/backup/src/catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../../libs/backup/src/catalog/repositories/backup-history.repository.js';
import type { BackupFilters, NewBackup } from '../../libs/backup/src/catalog/repositories/backup-history.repository.js';
import { BackupRestoreLogRepository } from '../../libs/backup/src/catalog/repositories/backup-restore-log.repository.js';
import { BackupScheduleRepository } from '../../libs/backup/src/catalog/repositories/backup-schedule.repository.js';
import { createCatalogDatabase } from './catalog-database.js';
import type { CatalogDatabase } from './catalog-database.js';

describe('BackupHistoryRepository', () => {
  let database: CatalogDatabase;
  let history: BackupHistoryRepository;
  let sequence = 0;

  beforeAll(async () => {
    database = await createCatalogDatabase();
    history = new BackupHistoryRepository(database.dataSource);
  });

  beforeEach(async () => {
    await database.dataSource.query('DELETE FROM backup_restore_log');
    await database.dataSource.query('DELETE FROM backup_history');
    await database.dataSource.query('DELETE FROM backup_schedule');
  });

  afterAll(() => database.drop());

  const backup = (values: Partial<NewBackup> = {}): Promise<number> => {
    const name = `set-${++sequence}`;
    return history.insert({ backupType: 'full', backupName: name, filePath: `${name}/`, ...values });
  };

  const ids = async (filters: BackupFilters): Promise<number[]> => (await history.list(filters)).map(({ id }) => id);

  it('gives back every value that was put in', async () => {
    const schedules = new BackupScheduleRepository(database.dataSource);
    const scheduleId = await schedules.insert({ name: 's', backupType: 'full', cronExpression: '0 3 * * *' });
    const parentId = await backup();
    const time = (second: number): Date => new Date(Date.UTC(2026, 10, 21, 22, 10, second, 7));
    const values: Omit<BackupHistory, 'id'> = {
      backupType: 'incremental',
      backupName: '20261121T221005Z-incremental-3f9c2a',
      filePath: 'daily/20261121T221005Z-incremental-3f9c2a',
      fileSize: 5_000_000_000_000,
      checksum: 'ab'.repeat(32),
      status: 'completed',
      startedAt: time(1),
      completedAt: time(2),
      durationSeconds: 1,
      tablesIncluded: ['shop.orders', 'shop.lines "quoted" 🧾'],
      partial: ['shop.logs: no rows'],
      filesIncluded: ['uploads'],
      compression: 'zstd',
      encryption: true,
      encryptionKeyId: 3,
      verified: true,
      verifiedAt: time(3),
      drilledAt: time(4),
      drillSeconds: 42,
      retentionDays: 30,
      expiresAt: '2026-12-21',
      initiatedBy: 42,
      notes: 'before the move',
      errorMessage: null,
      createdAt: time(0),
      parentId,
      scheduleId,
      backupid: 'cd'.repeat(16),
      storage: 'file:///var/backups',
      logicalSize: 9_000_000_000_000_000,
      lockMilliseconds: 3.2,
      pinned: true,
      pinnedReason: 'audit',
    };
    const id = await history.insert(values);
    expect(await history.findById(id)).toEqual({ id, ...values });
  });

  it('starts a backup as pending, without anything that is not known yet', async () => {
    const id = await backup();
    expect(await history.findById(id)).toMatchObject({
      status: 'pending',
      fileSize: 0,
      verified: false,
      encryption: false,
      pinned: false,
      startedAt: null,
      tablesIncluded: null,
      expiresAt: null,
    });
  });

  it('refuses two backups of one name', async () => {
    await backup({ backupName: 'twin' });
    await expect(backup({ backupName: 'twin' })).rejects.toMatchObject({ code: 'ER_DUP_ENTRY' });
  });

  it('changes what a patch names and nothing else', async () => {
    const id = await backup({ notes: 'mine' });
    expect(await history.update(id, { status: 'running', startedAt: new Date(0), notes: undefined })).toBe(true);
    expect(await history.findById(id)).toMatchObject({ status: 'running', startedAt: new Date(0), notes: 'mine' });
    expect(await history.update(id + 1000, { status: 'running' })).toBe(false);
  });

  it('records a failure whose message is longer than the column', async () => {
    const id = await backup();
    await history.update(id, { status: 'failed', errorMessage: '💥'.repeat(100_000) });
    const row = await history.findById(id);
    expect(row?.status).toBe('failed');
    expect(row?.errorMessage?.length).toBe(16_383);
  });

  it('pages through all rows once, newest first, even when times repeat or go back', async () => {
    const made: { id: number; time: number }[] = [];
    for (let index = 0; index < 23; index++) {
      const time = Date.UTC(2026, 0, 1) + (index % 7) * 1000;
      made.push({ id: await backup({ createdAt: new Date(time) }), time });
    }
    const expected = made.sort((a, b) => b.time - a.time || b.id - a.id).map(({ id }) => id);

    const walked: number[] = [];
    for (let page = await ids({ limit: 5 }); page.length > 0; page = await ids({ limit: 5, before: walked.at(-1) })) {
      expect(page.length).toBeLessThanOrEqual(5);
      walked.push(...page);
    }
    expect(walked).toEqual(expected);
  });

  it('has nothing below the oldest row, nor below one that never was', async () => {
    const id = await backup();
    expect(await ids({ before: id })).toEqual([]);
    expect(await ids({ before: 0 })).toEqual([]);
    expect(await ids({ before: id + 10 })).toEqual([id]);
  });

  it('filters by type, status, schedule, verification and time, alone and together', async () => {
    const schedules = new BackupScheduleRepository(database.dataSource);
    const scheduleId = await schedules.insert({ name: 's', backupType: 'files', cronExpression: '@daily' });
    const january = new Date('2026-01-15T00:00:00Z');
    const february = new Date('2026-02-15T00:00:00Z');
    const a = await backup({ backupType: 'files', status: 'completed', createdAt: january, scheduleId });
    const b = await backup({ backupType: 'files', status: 'failed', createdAt: february, scheduleId });
    const c = await backup({ backupType: 'full', status: 'completed', createdAt: february, verified: true });

    expect(await ids({ type: 'files' })).toEqual([b, a]);
    expect(await ids({ status: 'completed' })).toEqual([c, a]);
    expect(await ids({ scheduleId })).toEqual([b, a]);
    expect(await ids({ verified: true })).toEqual([c]);
    expect(await ids({ verified: false })).toEqual([b, a]);
    expect(await ids({ since: february })).toEqual([c, b]);
    expect(await ids({ until: february })).toEqual([a]);
    expect(await ids({ type: 'files', status: 'completed', since: january, until: february })).toEqual([a]);
  });

  it('adds up what completed backups take, and counts the rest', async () => {
    expect(await history.storageUsed()).toBe(0);
    expect(await history.stats()).toEqual({ totals: [], newestCompleted: null });

    await backup({ status: 'completed', fileSize: 4_000_000_000 });
    const newest = await backup({ status: 'completed', fileSize: 3_000_000_000 });
    await backup({ status: 'deleted', fileSize: 7 });
    await backup({ backupType: 'files', status: 'running' });

    expect(await history.storageUsed()).toBe(7_000_000_000);
    const stats = await history.stats();
    expect(stats.totals).toEqual([
      { type: 'full', status: 'completed', count: 2, bytes: 7_000_000_000 },
      { type: 'full', status: 'deleted', count: 1, bytes: 7 },
      { type: 'files', status: 'running', count: 1, bytes: 0 },
    ]);
    expect(stats.newestCompleted?.id).toBe(newest);
  });

  it('keeps backups whose schedule is removed, and the row of one that was restored', async () => {
    const schedules = new BackupScheduleRepository(database.dataSource);
    const restores = new BackupRestoreLogRepository(database.dataSource);
    const scheduleId = await schedules.insert({ name: 's', backupType: 'full', cronExpression: '@daily' });
    const id = await backup({ scheduleId });
    await schedules.remove(scheduleId);
    expect(await history.findById(id)).toMatchObject({ scheduleId: null });

    await restores.insert({ backupId: id, restoreType: 'full' });
    await expect(database.dataSource.query('DELETE FROM backup_history')).rejects.toThrow('FK_backup_restore_log');
  });
});
