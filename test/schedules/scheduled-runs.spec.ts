import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { databaseLock } from '../../libs/backup/src/operations/server-locks.js';
import { ScheduleClock } from '../../libs/backup/src/schedules/schedule-clock.js';
import type { ModuleHost } from '../module/module-host.js';
import { temporaryFolder } from '../support/file-tree.js';
import { addSchedule, createScheduleSite, whenDue, type ScheduleSite } from './schedule-site.js';

const DAY = 86_400;

describe('A scheduled run', () => {
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

  it('does nothing before it is due, and is carried out once when it is', async () => {
    const schedule = await addSchedule(host.backups);
    expect(await host.backups.runScheduledBackups({ now: whenDue(schedule, -1) })).toEqual([]);

    const results = await host.backups.runScheduledBackups({ now: whenDue(schedule) });
    expect(results).toEqual([
      {
        scheduleId: schedule.id,
        name: 'nightly',
        due: schedule.nextRunAt,
        outcome: 'completed',
        backupid: expect.stringMatching(/^[0-9a-f]{32}$/),
        message: null,
      },
    ]);
    expect(await host.backups.runScheduledBackups({ now: whenDue(schedule) })).toEqual([]);
    const [after] = await host.backups.getSchedules();
    expect(after).toMatchObject({
      nextRunAt: whenDue(schedule, DAY),
      lastRunAt: whenDue(schedule),
      lastBackupid: results[0].backupid,
      lastError: null,
    });
    expect(await host.backups.getOperation(results[0].backupid ?? '')).toMatchObject({ purpose: 50, status: 1000 });
  });

  it('goes by the clock that is right', async () => {
    const schedule = await addSchedule(host.backups);
    const clock = jest.spyOn(host.app.get(ScheduleClock, { strict: false }), 'now');
    clock.mockResolvedValue(whenDue(schedule, -1));
    expect(await host.backups.runScheduledBackups()).toEqual([]);
    clock.mockResolvedValue(whenDue(schedule));
    expect(await host.backups.runScheduledBackups()).toMatchObject([{ outcome: 'completed' }]);
    expect(await host.backups.getSchedules()).toMatchObject([{ nextRunAt: whenDue(schedule, DAY) }]);
  });

  it('follows everything that its row says', async () => {
    const { key } = await host.backups.generateKey('ops');
    const schedule = await addSchedule(host.backups, {
      compression: 'gzip:2',
      retentionDays: 9,
      encryptionKey: 'ops',
      includeTables: ['orders', 'log_*'],
      excludeTables: ['log_*'],
      notificationEmail: 'ops@example.org',
    });
    expect(schedule).toMatchObject({ notificationEmail: 'ops@example.org', encryptionKeyId: key.id });
    await host.backups.runScheduledBackups({ now: whenDue(schedule) });

    expect(await host.backups.listBackups()).toMatchObject([
      {
        status: 'completed',
        backupType: 'database',
        scheduleId: schedule.id,
        compression: 'gzip:2',
        retentionDays: 9,
        encryption: true,
        encryptionKeyId: key.id,
        tablesIncluded: [`${site.database.name}.orders`],
      },
    ]);
  });

  it('leaves databases out where its row says so', async () => {
    const uploads = await temporaryFolder('uploads');
    await writeFile(join(uploads.path, 'one'), '1');
    const { backups } = await site.start({ files: { uploads: { path: uploads.path } } });
    const schedule = await addSchedule(backups, { backupType: 'incremental', includeDatabases: false });
    await backups.runScheduledBackups({ now: whenDue(schedule) });
    await uploads.remove();
    expect(await backups.listBackups()).toMatchObject([
      { status: 'completed', scheduleId: schedule.id, tablesIncluded: [], filesIncluded: ['uploads'] },
    ]);
  });

  it('is claimed by one of several applications', async () => {
    const others = await Promise.all([site.start(), site.start()]);
    const schedule = await addSchedule(host.backups);
    const results = await Promise.all(
      [host, ...others].map(({ backups }) => backups.runScheduledBackups({ now: whenDue(schedule) })),
    );
    expect(results.flat()).toMatchObject([{ outcome: 'completed' }]);
    expect(await host.backups.listBackups()).toHaveLength(1);
  });

  it('waits for another backup of the same database instead of failing', async () => {
    const first = await addSchedule(host.backups);
    await addSchedule(host.backups, { name: 'second' });
    const results = await host.backups.runScheduledBackups({ now: whenDue(first) });
    expect(results.map(({ outcome }) => outcome)).toEqual(['completed', 'completed']);
  });

  it('that waits for a database can be cancelled by any process', async () => {
    const schedule = await addSchedule(host.backups);
    const other = await site.start();
    const holder = await createConnection(site.database.url);
    try {
      await holder.query('SELECT GET_LOCK(?, 0)', [databaseLock(site.database.name)]);
      const results = host.backups.runScheduledBackups({ now: whenDue(schedule) });
      const waiting = 'SELECT backupid FROM backup_controllers WHERE status = 400';
      let rows = await site.database.query(waiting);
      while (rows.length === 0) rows = await site.database.query(waiting);

      expect(await other.backups.cancelOperation(String(rows[0].backupid))).toBe(true);
      expect(await results).toMatchObject([{ outcome: 'failed', message: expect.stringContaining('was cancelled') }]);
    } finally {
      await holder.end();
    }
    expect(await host.backups.listBackups()).toMatchObject([{ status: 'failed' }]);
  });

  it('is skipped, with a line in the log, while the one before it is running', async () => {
    const schedule = await addSchedule(host.backups);
    const [{ backupid }] = await host.backups.runScheduledBackups({ now: whenDue(schedule) });
    await site.database.query('UPDATE backup_controllers SET status = 800, updated_at = UNIX_TIMESTAMP()');

    const [skipped] = await host.backups.runScheduledBackups({ now: whenDue(schedule, DAY) });
    expect(skipped).toMatchObject({ outcome: 'skipped', backupid: null });
    const log = await host.backups.getOperationLog(backupid ?? '');
    expect(log.at(-1)).toMatchObject({ loglevel: 30, message: skipped.message });
    expect(skipped.message).toBe(
      `Schedule ${String(schedule.id)} (nightly): the run due at ${whenDue(schedule, DAY).toISOString()} was skipped, since the one before it is still running`,
    );
    expect(await host.backups.getSchedules()).toMatchObject([{ nextRunAt: whenDue(schedule, 2 * DAY) }]);
  });

  it('that was missed takes place once, or is skipped where the schedule says so', async () => {
    const once = await addSchedule(host.backups);
    await addSchedule(host.backups, { name: 'never late', missedRun: 'skip' });
    const results = await host.backups.runScheduledBackups({ now: whenDue(once, 3 * DAY + 3600) });
    expect(results).toMatchObject([
      { name: 'nightly', outcome: 'skipped', due: whenDue(once, DAY), message: expect.stringContaining('3 runs, due') },
      { name: 'never late', outcome: 'skipped', message: expect.stringContaining('4 runs, due') },
      { name: 'nightly', outcome: 'completed', due: once.nextRunAt },
    ]);
    for (const { nextRunAt } of await host.backups.getSchedules()) {
      expect(nextRunAt).toEqual(whenDue(once, 4 * DAY));
    }
  });

  it('stands for those that were missed with it, which its log says in one line', async () => {
    const schedule = await addSchedule(host.backups, { cronExpression: '* * * * * *' });
    const [missed, { backupid }] = await host.backups.runScheduledBackups({ now: whenDue(schedule, 5) });
    const [from, to] = [1, 5].map((seconds) => whenDue(schedule, seconds).toISOString());
    expect(missed.message).toBe(
      `Schedule ${String(schedule.id)} (nightly): 5 runs, due from ${from} to ${to}, were missed: the one that begins now stands for them`,
    );
    const log = await host.backups.getOperationLog(backupid ?? '');
    expect(log.filter(({ loglevel }) => loglevel === 30)).toMatchObject([{ message: missed.message }]);
    expect(await host.backups.getSchedules()).toMatchObject([{ nextRunAt: whenDue(schedule, 6) }]);
  });

  it('that fails leaves the reason in the schedule until one succeeds', async () => {
    const schedule = await addSchedule(host.backups, { includeTables: ['no_such_table'] });
    const [failed] = await host.backups.runScheduledBackups({ now: whenDue(schedule) });
    expect(failed).toMatchObject({ outcome: 'failed', message: expect.stringContaining('no_such_table') });
    expect(await host.backups.getOperation(failed.backupid ?? '')).toMatchObject({ status: 900 });
    expect(await host.backups.getSchedules()).toMatchObject([{ lastError: failed.message, isActive: true }]);

    await host.backups.updateSchedule(schedule.id, { includeTables: null });
    await host.backups.runScheduledBackups({ now: whenDue(schedule, DAY) });
    expect(await host.backups.getSchedules()).toMatchObject([{ lastError: null }]);
  });

  it('that cannot even begin is an operation that failed all the same', async () => {
    await host.backups.generateKey('ops');
    const schedule = await addSchedule(host.backups, { encryptionKey: 'ops' });
    await host.backups.retireKey('ops');
    const [failed] = await host.backups.runScheduledBackups({ now: whenDue(schedule) });
    expect(failed).toMatchObject({ outcome: 'failed', message: expect.stringContaining('retired') });
    expect(await host.backups.getOperation(failed.backupid ?? '')).toMatchObject({ status: 900 });
    expect(await host.backups.getOperationLog(failed.backupid ?? '')).toMatchObject([
      { loglevel: 20, message: failed.message },
    ]);
  });

  it('may be a verification: first of what nobody looked at, newest first, then of what was looked at longest ago', async () => {
    const older = await host.backUp();
    const newer = await host.backUp();
    const schedule = await addSchedule(host.backups, { name: 'proof', operation: 'verify', backupType: null });
    const verifiedAt = async (): Promise<(Date | null)[]> =>
      Promise.all([older, newer].map(async (id) => (await host.backups.getBackup(id)).verifiedAt));

    await host.backups.runScheduledBackups({ now: whenDue(schedule) });
    expect(await verifiedAt()).toEqual([null, expect.any(Date)]);
    await host.backups.runScheduledBackups({ now: whenDue(schedule, DAY) });
    const [first, second] = await verifiedAt();
    await host.backups.runScheduledBackups({ now: whenDue(schedule, 2 * DAY) });
    expect(await verifiedAt()).toEqual([first, expect.any(Date)]);
    expect((await verifiedAt())[1]?.getTime()).toBeGreaterThan(second?.getTime() ?? Infinity);
  });

  it('may be a verification with nothing to verify', async () => {
    const schedule = await addSchedule(host.backups, { operation: 'verify', backupType: null });
    const [result] = await host.backups.runScheduledBackups({ now: whenDue(schedule) });
    expect(result).toMatchObject({ outcome: 'completed', message: null });
    expect(await host.backups.getOperation(result.backupid ?? '')).toMatchObject({ operation: 'verify', status: 1000 });
  });

  it('may be a cleanup', async () => {
    const id = await host.backUp();
    await host.backUp();
    await site.database.query(
      "UPDATE backup_history SET created_at = '2019-12-01', expires_at = '2020-01-01' WHERE id = ?",
      [id],
    );
    const schedule = await addSchedule(host.backups, { operation: 'cleanup', backupType: null });
    const [result] = await host.backups.runScheduledBackups({ now: whenDue(schedule) });
    expect(result).toMatchObject({ outcome: 'completed' });
    expect((await host.backups.getBackup(id)).status).toBe('deleted');
  });

  it('is cancelled by its caller, who starts no other', async () => {
    const schedule = await addSchedule(host.backups);
    const signal = AbortSignal.abort();
    expect(await host.backups.runScheduledBackups({ now: whenDue(schedule), signal })).toEqual([]);
    expect(await host.backups.getSchedules()).toMatchObject([{ nextRunAt: schedule.nextRunAt }]);
  });
});
