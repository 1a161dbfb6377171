import type { ScheduleSettings } from '@app/backup';
import type { ModuleHost } from '../module/module-host.js';
import { addSchedule, createScheduleSite, whenDue, type ScheduleSite } from './schedule-site.js';

describe('A saved schedule', () => {
  let site: ScheduleSite;
  let host: ModuleHost;

  beforeAll(async () => {
    site = await createScheduleSite();
  });

  beforeEach(async () => {
    host = await site.start();
  });

  afterEach(() => site.clear());

  afterAll(() => site.remove());

  it.each<[string, Partial<ScheduleSettings>, string, string]>([
    ['no expression', { cronExpression: 'often' }, 'invalid_option', 'is not a cron expression'],
    ['too few fields', { cronExpression: '0 3 * *' }, 'invalid_option', 'Too few fields'],
    [
      'a weekday for a minute',
      { cronExpression: 'MON * * * *' },
      'invalid_option',
      'names stand for months and weekdays',
    ],
    ['a minute that is none', { cronExpression: '61 3 * * *' }, 'invalid_option', 'out of range'],
    ['a day that never comes', { cronExpression: '0 3 31 2 *' }, 'invalid_option', 'no run in the next eight years'],
    ['an unknown time zone', { timeZone: 'Mars/Olympus' }, 'invalid_option', 'no time zone "Mars/Olympus"'],
    ['no name', { name: '' }, 'invalid_option', 'name: must not be empty'],
    ['no type', { backupType: null }, 'invalid_option', 'backupType: must be given'],
    ['a type that cannot be backed up', { backupType: 'course' }, 'unsupported_type', 'not supported'],
    ['a compression that is none', { compression: 'rar' }, 'invalid_option', 'is not a compression'],
    ['an empty pattern', { excludeTables: [' '] }, 'invalid_option', 'excludeTables'],
    ['half a day', { retentionDays: 0.5 }, 'invalid_option', 'retentionDays: '],
    ['no mail address', { notificationEmail: 'ops' }, 'invalid_option', 'is not a mail address'],
    ['an unknown key', { encryptionKey: 'nobody' }, 'not_found', 'There is no key "nobody"'],
    [
      'files left out of what holds them',
      { backupType: 'incremental', includeFiles: false },
      'invalid_option',
      'backups of type incremental hold files',
    ],
    [
      'databases left out of a backup of them',
      { includeDatabases: false },
      'invalid_option',
      'backups of type database hold nothing else',
    ],
    [
      'tables of databases that are left out',
      { backupType: 'full', includeDatabases: false, excludeTables: ['log_*'] },
      'invalid_option',
      'all databases are left out',
    ],
    [
      'settings of backups for a cleanup',
      { operation: 'cleanup', backupType: null, compression: 'none' },
      'invalid_option',
      'compression is for schedules of backups',
    ],
    [
      'a setting that there is not',
      { colour: 'red' } as Partial<ScheduleSettings>,
      'invalid_option',
      'colour: there is no such setting',
    ],
    [
      'storage of its own',
      { storagePath: '/elsewhere' } as Partial<ScheduleSettings>,
      'invalid_option',
      'not supported by this release',
    ],
  ])('is not saved with %s', async (_what, settings, code, message) => {
    await expect(addSchedule(host.backups, settings)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    const schedule = await addSchedule(host.backups);
    await expect(host.backups.updateSchedule(schedule.id, settings)).rejects.toMatchObject({ code });
    expect(await host.backups.getSchedules()).toEqual([schedule]);
  });

  it('is due anew when its expression changes, and not when something else does', async () => {
    const schedule = await addSchedule(host.backups);
    const renamed = await host.backups.updateSchedule(schedule.id, { name: 'renamed' });
    expect(renamed).toMatchObject({ name: 'renamed', nextRunAt: schedule.nextRunAt });
    const earlier = await host.backups.updateSchedule(schedule.id, { cronExpression: '* * * * *' });
    expect(earlier.nextRunAt?.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it('does not run while it is paused, and then goes on from there', async () => {
    const schedule = await addSchedule(host.backups);
    expect(await host.backups.updateSchedule(schedule.id, { isActive: false })).toMatchObject({ nextRunAt: null });
    expect(await host.backups.runScheduledBackups({ now: whenDue(schedule) })).toEqual([]);
    expect(await host.backups.updateSchedule(schedule.id, { isActive: true })).toMatchObject({
      nextRunAt: schedule.nextRunAt,
    });
  });

  it('is gone when it is removed, and its backups stay', async () => {
    const schedule = await addSchedule(host.backups);
    expect(await host.backups.runScheduledBackups({ now: whenDue(schedule) })).toMatchObject([
      { outcome: 'completed' },
    ]);
    await host.backups.deleteSchedule(schedule.id);
    expect(await host.backups.getSchedules()).toEqual([]);
    expect(await host.backups.listBackups()).toMatchObject([{ status: 'completed', scheduleId: null }]);
    await expect(host.backups.deleteSchedule(schedule.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(host.backups.updateSchedule(schedule.id, {})).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([
    ['an invalid expression', "cron_expression = 'often'", 'is not a cron expression'],
    ['an unknown time zone', "time_zone = 'Mars/Olympus'", 'There is no time zone'],
    ['patterns that are none', "include_tables = '[1]', next_run_at = NULL", 'includeTables.0'],
    ['storage of its own', "storage_path = '/elsewhere', next_run_at = NULL", 'not supported'],
  ])('with %s that was written to the table by hand is switched off, and no other', async (_what, change, reason) => {
    const broken = await addSchedule(host.backups);
    const sound = await addSchedule(host.backups, { name: 'sound' });
    await site.database.query(`UPDATE backup_schedule SET ${change} WHERE id = ?`, [broken.id]);

    const results = await host.backups.runScheduledBackups({ now: whenDue(sound) });
    expect(results).toMatchObject([
      { scheduleId: broken.id, outcome: 'disabled', backupid: null, message: expect.stringContaining(reason) },
      { scheduleId: sound.id, outcome: 'completed' },
    ]);
    const [row] = await host.backups.getSchedules();
    expect(row).toMatchObject({ isActive: false, lastError: expect.stringContaining(reason) });
  });

  it('that was added by hand runs like any other', async () => {
    await site.database.query(
      "INSERT INTO backup_schedule (name, backup_type, cron_expression, created_at, updated_at) VALUES ('by hand', 'database', '0 3 * * *', NOW(), NOW())",
    );
    expect(await host.backups.runScheduledBackups()).toEqual([]);
    const [schedule] = await host.backups.getSchedules();
    const results = await host.backups.runScheduledBackups({ now: whenDue(schedule) });
    expect(results).toMatchObject([{ name: 'by hand', outcome: 'completed' }]);
  });

  it('does not run at the time of an expression that was replaced by hand', async () => {
    const schedule = await addSchedule(host.backups);
    await site.database.query("UPDATE backup_schedule SET cron_expression = '0 0 1 1 *'");
    expect(await host.backups.runScheduledBackups({ now: whenDue(schedule) })).toEqual([]);
    const [row] = await host.backups.getSchedules();
    expect(row.nextRunAt?.toISOString()).toMatch(/-01-01T00:00:00.000Z$/);
  });
});
