import { rename } from 'node:fs/promises';
import {
  BackupHistoryRepository,
  BackupOperationRepository,
  BackupScheduleRepository,
  type BackupHistory,
} from '@app/backup';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

describe('The health of backups', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;
  let names = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    host = await startModuleHost(database.url, { storage: folder.url, alerts: { maxStorageUsed: null } });
  });

  afterAll(async () => {
    await host.app.close();
    await folder.remove();
    await database.drop();
  });

  beforeEach(async () => {
    await database.query('DELETE FROM backup_history; DELETE FROM backup_schedule');
  });

  const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);

  const row = (more: Partial<BackupHistory> = {}): Promise<number> => {
    names += 1;
    const name = `set-${String(names)}`;
    return host.app.get(BackupHistoryRepository).insert({
      backupType: 'database',
      backupName: name,
      filePath: name,
      status: 'completed',
      tablesIncluded: [`${database.name}.orders`],
      logicalSize: 10_000_000,
      createdAt: hoursAgo(1),
      ...more,
    });
  };

  const nightly = (more: { nextRunAt: Date; lastRunAt: Date | null }): Promise<number> =>
    host.app.get(BackupScheduleRepository).insert({
      name: 'nightly',
      backupType: 'database',
      cronExpression: '0 0 3 * * *',
      ...more,
    });

  const alerts = async (): Promise<string[]> => {
    const report = await host.backups.getHealth();
    return report.alerts.map(({ kind, subject }) => `${kind} ${subject}`);
  };

  it('is not good before there is a backup, and good with one', async () => {
    expect(await alerts()).toEqual([`backup_overdue database ${database.name}`]);
    await host.backUp();
    expect(await alerts()).toEqual([]);
  });

  it('counts neither a backup that is partial, damaged, unfinished or deleted, nor one of another database', async () => {
    await row({ partial: ['shop.logs: no rows'] });
    await row({ status: 'failed' });
    await row({ status: 'running' });
    await row({ status: 'deleted' });
    await row({ tablesIncluded: ['elsewhere.orders'] });
    const damaged = await row({ verified: false, verifiedAt: hoursAgo(1) });
    expect(await alerts()).toEqual([
      `backup_overdue database ${database.name}`,
      `verification_failed backup ${String(damaged)}`,
    ]);
  });

  it('knows by its schedule when a backup is late', async () => {
    const id = await nightly({ nextRunAt: hoursAgo(-20), lastRunAt: hoursAgo(4) });
    await row({ scheduleId: id, createdAt: hoursAgo(28) });
    expect(await alerts()).toEqual([`backup_overdue schedule ${String(id)}`]);
    await row({ scheduleId: id, createdAt: hoursAgo(3.9) });
    expect(await alerts()).toEqual([]);
  });

  it('notices a schedule that nobody runs, also before its first backup', async () => {
    const id = await nightly({ nextRunAt: hoursAgo(5), lastRunAt: null });
    expect(await alerts()).toEqual([`backup_overdue schedule ${String(id)}`]);
  });

  it('tells of each group that fails why its newest backup did', async () => {
    const failing = await nightly({ nextRunAt: hoursAgo(-20), lastRunAt: hoursAgo(4) });
    const mended = await nightly({ nextRunAt: hoursAgo(-20), lastRunAt: hoursAgo(4) });
    const failed = (scheduleId: number | null, hours: number, errorMessage: string): Promise<number> =>
      row({ scheduleId, status: 'failed', createdAt: hoursAgo(hours), errorMessage });
    await row({ scheduleId: failing, createdAt: hoursAgo(28) });
    await failed(failing, 5, 'The server is gone.');
    await failed(failing, 4, 'The disk is full.');
    await failed(mended, 5, 'The server is gone.');
    await row({ scheduleId: mended, createdAt: hoursAgo(4) });
    await failed(null, 3, 'The key is retired.');
    const { groups } = (await host.backups.getHealth()).facts;
    const reasons = groups.map(({ schedule, failure }) => [schedule?.id ?? null, failure] as const);
    expect(new Map(reasons)).toEqual(
      new Map([
        [failing, 'The disk is full.'],
        [mended, null],
        [null, 'The key is retired.'],
      ]),
    );
  });

  it('compares a backup with those before it of the same schedule and type', async () => {
    const id = await nightly({ nextRunAt: hoursAgo(-1), lastRunAt: hoursAgo(8) });
    for (let hours = 5; hours < 12; hours += 1) {
      await row({ scheduleId: id, createdAt: hoursAgo(hours + 2) });
      await row({ createdAt: hoursAgo(hours), logicalSize: 2_000_000 });
    }
    expect(await alerts()).toEqual([]);
    const small = await row({ scheduleId: id, createdAt: hoursAgo(2), logicalSize: 1_000_000 });
    expect(await alerts()).toEqual([`size_dropped backup ${String(small)}`]);
  });

  it('compares a backup with those of the same databases, tables and conditions alone', async () => {
    const made = async (chosen: object, logicalSize: number, hours: number): Promise<number> => {
      const backupid = await host.app.get(BackupOperationRepository).create({
        operation: 'backup',
        type: 'site',
        plan: {
          kind: 'backup',
          historyId: 1,
          set: 'set',
          databases: [database.name],
          roots: [],
          compression: 'zstd',
          selection: { include: [], exclude: [], noData: [], where: {} },
          ...chosen,
        },
      });
      return row({ backupid, logicalSize, createdAt: hoursAgo(hours) });
    };
    const other = { databases: ['elsewhere'] };
    const some = { selection: { include: ['*.orders'], exclude: [], noData: [], where: {} } };
    for (let hours = 4; hours < 11; hours += 1) {
      await made({}, 10_000_000, hours);
      await made(other, 1_000_000, hours);
    }
    await made(some, 100, 3);
    expect(await alerts()).toEqual([]);
    const small = await made({}, 1_000_000, 2);
    expect(await alerts()).toEqual([`size_dropped backup ${String(small)}`]);
    await made(other, 1_000_000, 1);
    expect(await alerts()).toEqual([]);
  });

  it('goes by the rows of the catalog where a backup was imported', async () => {
    for (let hours = 4; hours < 8; hours += 1) {
      await row({ createdAt: hoursAgo(hours) });
    }
    await row({ createdAt: hoursAgo(3), tablesIncluded: ['elsewhere.orders'], logicalSize: 1_000_000 });
    expect(await alerts()).toEqual([]);
    const small = await row({
      createdAt: hoursAgo(2),
      tablesIncluded: [`${database.name}.lines`, `${database.name}.orders`],
      logicalSize: 1_000_000,
    });
    expect(await alerts()).toEqual([`size_dropped backup ${String(small)}`]);
  });

  it('asks for a drill when backups have been made for long and none was ever restored', async () => {
    const id = await row({ createdAt: hoursAgo(91 * 24) });
    await row();
    expect(await alerts()).toEqual(['drill_overdue drill']);
    await host.app.get(BackupHistoryRepository).update(id, { drilledAt: hoursAgo(1), drillSeconds: 42 });
    expect(await alerts()).toEqual([]);
    expect((await host.backups.getHealth()).facts.drill).toMatchObject({ seconds: 42 });
  });

  it('says so when the storage is gone, with everything else it knows', async () => {
    await row();
    await rename(folder.path, `${folder.path}-away`);
    try {
      expect((await host.backups.getHealth()).alerts).toMatchObject([
        { kind: 'storage_unusable', severity: 'error', message: expect.stringContaining(folder.url) },
      ]);
    } finally {
      await rename(`${folder.path}-away`, folder.path);
    }
  });

  it('knows how much room the storage has', async () => {
    const { facts } = await host.backups.getHealth();
    if (!facts.storage.usable || facts.storage.room === null) throw new Error('a folder tells its room');
    const { freeBytes, totalBytes } = facts.storage.room;
    expect(freeBytes).toBeGreaterThan(0);
    expect(totalBytes).toBeGreaterThan(freeBytes);
  });
});
