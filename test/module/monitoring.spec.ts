import { BackupHealthIndicator } from '../../libs/backup/src/terminus/index.js';
import { BackupMetrics } from '../../libs/backup/src/prometheus/index.js';
import { BackupHistoryRepository } from '@app/backup';
import { TerminusModule } from '@nestjs/terminus';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

describe('Monitoring', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    await database.query('CREATE TABLE orders (id INT PRIMARY KEY)');
    host = await startModuleHost(
      database.url,
      { storage: folder.url, alerts: { maxStorageUsed: null } },
      { imports: [TerminusModule], providers: [BackupHealthIndicator, BackupMetrics] },
    );
  });

  afterAll(async () => {
    await host.app.close();
    await folder.remove();
    await database.drop();
  });

  const scrape = async (): Promise<string[]> => {
    const text = await host.app.get(BackupMetrics).metrics();
    return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  };

  it('says that there is no backup yet, by health check and metrics', async () => {
    expect(await host.app.get(BackupHealthIndicator).isHealthy()).toEqual({
      backup: {
        status: 'down',
        alerts: [{ kind: 'backup_overdue', severity: 'error', subject: `database ${database.name}` }],
      },
    });
    expect(await scrape()).toEqual(
      expect.arrayContaining(['backup_stored_bytes 0', 'backup_alerts{kind="backup_overdue",severity="error"} 1']),
    );
  });

  it('tells of the newest backup of each type: when, how long, how large, and whether a later one failed', async () => {
    const id = await host.backUp();
    const { createdAt, fileSize, logicalSize, durationSeconds } = await host.backups.getBackup(id);
    await host.app.get(BackupHistoryRepository).update(id, { drilledAt: new Date(5_000), drillSeconds: 42 });

    expect(await host.app.get(BackupHealthIndicator).isHealthy('backups')).toMatchObject({ backups: { status: 'up' } });
    const labels = '{type="database",schedule="",schedule_id=""}';
    expect(await scrape()).toEqual(
      expect.arrayContaining([
        `backup_last_success_timestamp_seconds${labels} ${String(createdAt.getTime() / 1000)}`,
        `backup_last_success_duration_seconds${labels} ${String(durationSeconds)}`,
        `backup_last_success_stored_bytes${labels} ${String(fileSize)}`,
        `backup_last_success_source_bytes${labels} ${String(logicalSize)}`,
        `backup_last_result${labels} 1`,
        `backup_stored_bytes ${String(fileSize)}`,
        `backup_last_drill_timestamp_seconds${labels} 5`,
        `backup_last_drill_duration_seconds${labels} 42`,
      ]),
    );

    await expect(host.backUp({ databases: ['no_such_database'] })).rejects.toThrow();
    expect(await scrape()).toContain(`backup_last_result${labels} 0`);
  });

  it('tells of each active schedule by itself, of one name too, and of none that is paused or gone', async () => {
    const settings = { name: 'nightly', cronExpression: '@yearly', backupType: 'database' } as const;
    const [one, other, paused, gone] = await Promise.all(
      [1, 2, 3, 4].map(async () => (await host.backups.createSchedule(settings)).id),
    );
    const id = await host.backUp();
    const history = host.app.get(BackupHistoryRepository);
    const { backupName: _, id: __, ...row } = await host.backups.getBackup(id);
    for (const scheduleId of [one, other, paused, gone]) {
      const drillSeconds = scheduleId * 10;
      const backupName = `20261122T023000Z-database-00000${String(scheduleId)}`;
      await history.insert({ ...row, backupName, scheduleId, drilledAt: new Date(9_000), drillSeconds });
    }
    await host.backups.updateSchedule(paused, { isActive: false });
    await host.backups.deleteSchedule(gone);

    const drills = (await scrape()).filter((line) => line.startsWith('backup_last_drill_duration_seconds'));
    const ofSchedule = (scheduleId: number): string =>
      `backup_last_drill_duration_seconds{type="database",schedule="nightly",schedule_id="${String(scheduleId)}"} ${String(scheduleId * 10)}`;
    expect(drills).toEqual([
      // whatever no active schedule makes: what was made by hand, and by schedules that are gone
      `backup_last_drill_duration_seconds{type="database",schedule="",schedule_id=""} ${String(gone * 10)}`,
      ofSchedule(one),
      ofSchedule(other),
    ]);
  });
});
