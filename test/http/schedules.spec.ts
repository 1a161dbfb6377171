import type { BackupBody } from '../../libs/backup/src/http/schemas/backup.schema.js';
import type { DoctorBody } from '../../libs/backup/src/http/schemas/doctor.schema.js';
import type { NextRunsBody, ScheduleBody, SchedulesBody } from '../../libs/backup/src/http/schemas/schedule.schema.js';
import { openHttpSite, type HttpSite } from './http-site.js';

const NIGHTLY = { name: 'nightly', cronExpression: '30 3 * * *', backupType: 'database', timeZone: 'Europe/Berlin' };

describe('The routes of schedules', () => {
  let site: HttpSite;

  beforeAll(async () => {
    site = await openHttpSite();
  });

  afterAll(() => site.close());

  it('save a schedule, change it, and remove it', async () => {
    const saved = await site.ask<ScheduleBody>('post', 'schedules', NIGHTLY);
    expect(saved).toMatchObject({ status: 201, body: { ...NIGHTLY, isActive: true, retentionDays: null } });
    expect(saved.body.nextRunAt).not.toBeNull();
    const path = `schedules/${String(saved.body.id)}`;
    expect((await site.ask<ScheduleBody>('get', path)).body).toEqual(saved.body);

    const paused = await site.ask<ScheduleBody>('patch', path, { isActive: false, retentionDays: 30 });
    expect(paused.body).toMatchObject({ ...NIGHTLY, isActive: false, nextRunAt: null, retentionDays: 30 });
    expect((await site.ask<SchedulesBody>('get', 'schedules')).body.items).toEqual([paused.body]);

    expect((await site.ask('delete', path)).status).toBe(204);
    expect(await site.ask('get', path)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('take every setting back to its default that is null, and nothing that has none', async () => {
    const chosen = {
      operation: 'backup',
      backupType: 'incremental',
      missedRun: 'skip',
      retentionDays: 30,
      compression: 'gzip:6',
      encryption: false,
      includeTables: ['orders'],
      excludeTables: ['log_*'],
      fullEvery: 7,
      notificationEmail: 'ops@example.org',
      isActive: false,
    };
    const { body: saved } = await site.ask<ScheduleBody>('post', 'schedules', { ...NIGHTLY, ...chosen });
    expect(saved).toMatchObject(chosen);
    const path = `schedules/${String(saved.id)}`;
    // which no incremental one takes
    const ofDatabases = { backupType: 'database', fullEvery: null, includeFiles: false };
    expect((await site.ask<ScheduleBody>('patch', path, ofDatabases)).body).toMatchObject(ofDatabases);

    const {
      operation: _,
      backupType: __,
      ...settings
    } = { ...chosen, timeZone: '', encryptionKey: '', includeFiles: false };
    const nulls = Object.fromEntries(Object.keys(settings).map((name) => [name, null]));
    const { body: plain } = await site.ask<ScheduleBody>('post', 'schedules', { ...NIGHTLY, timeZone: undefined });
    const reset = await site.ask<ScheduleBody>('patch', path, { ...nulls, operation: null, backupType: 'database' });

    const { nextRunAt, ...defaults } = plain;
    expect(reset.body).toEqual({
      ...defaults,
      id: saved.id,
      createdAt: saved.createdAt,
      nextRunAt,
      updatedAt: expect.any(String),
    });
    const cleanup = await site.ask<ScheduleBody>('patch', path, { operation: 'cleanup', backupType: null });
    expect(cleanup.body).toMatchObject({ operation: 'cleanup', backupType: null });
    for (const name of ['name', 'cronExpression']) {
      expect((await site.ask('patch', path, { [name]: null })).body.code).toBe('validation_failed');
    }
    for (const { id } of [saved, plain]) await site.ask('delete', `schedules/${String(id)}`);
  });

  it.each([
    ['an expression that is none', { cronExpression: 'at night' }, 'invalid_option'],
    ['a time zone that is none', { timeZone: 'Mars/Olympus' }, 'invalid_option'],
    ['a key that there is not', { encryptionKey: 'gone' }, 'not_found'],
    ['where to copy sets to, which may hold secrets', { remoteStorage: { password: 'x' } }, 'validation_failed'],
  ])('refuse %s', async (_, change, code) => {
    expect((await site.ask('post', 'schedules', { ...NIGHTLY, ...change })).body.code).toBe(code);
    expect((await site.ask<SchedulesBody>('get', 'schedules')).body.items).toEqual([]);
  });

  it('say when a schedule is due, and carry it out before', async () => {
    const { body: schedule } = await site.ask<ScheduleBody>('post', 'schedules', NIGHTLY);
    const path = `schedules/${String(schedule.id)}`;
    const { items } = (await site.ask<NextRunsBody>('get', `${path}/next-runs?count=2`)).body;
    expect(items).toHaveLength(2);
    expect(items[0]).toBe(schedule.nextRunAt);

    const run = await site.work('post', `${path}/run`);
    expect(run).toMatchObject({ operation: 'backup', status: 'finished_ok', userid: 7, error: null });
    const { body: backup } = await site.ask<BackupBody>('get', String(run.backupId));
    expect(backup).toMatchObject({ status: 'completed', scheduleId: schedule.id });
    expect((await site.ask<ScheduleBody>('get', path)).body.nextRunAt).toBe(schedule.nextRunAt);
  });

  it('tell of a run that fails in its operation, and at once of one that cannot begin', async () => {
    const broken = { ...NIGHTLY, includeTables: ['broken'] };
    const { body: schedule } = await site.ask<ScheduleBody>('post', 'schedules', broken);
    const path = `schedules/${String(schedule.id)}/run`;
    expect(await site.ask('post', path)).toMatchObject({ status: 404, body: { code: 'not_found' } });

    await site.database.query('CREATE TABLE gone (id INT); CREATE VIEW broken AS SELECT id FROM gone; DROP TABLE gone');
    expect(await site.work('post', path)).toMatchObject({
      status: 'finished_err',
      error: expect.stringContaining('broken'),
    });
    await site.database.query('DROP VIEW broken');
  });

  it('try out what backups need', async () => {
    const { body } = await site.ask<DoctorBody>('get', 'doctor');
    expect(body.lines).toContainEqual(expect.objectContaining({ check: 'storage', status: 'ok' }));
  });
});
