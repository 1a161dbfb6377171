import { LogLevel } from '../../libs/backup/src/catalog/catalog.types.js';
import { BackupCourseRepository } from '../../libs/backup/src/catalog/repositories/backup-course.repository.js';
import { BackupEncryptionKeyRepository } from '../../libs/backup/src/catalog/repositories/backup-encryption-key.repository.js';
import { BackupHistoryRepository } from '../../libs/backup/src/catalog/repositories/backup-history.repository.js';
import { BackupLogRepository } from '../../libs/backup/src/catalog/repositories/backup-log.repository.js';
import { BackupRestoreLogRepository } from '../../libs/backup/src/catalog/repositories/backup-restore-log.repository.js';
import { BackupScheduleRepository } from '../../libs/backup/src/catalog/repositories/backup-schedule.repository.js';
import { createCatalogDatabase } from './catalog-database.js';
import type { CatalogDatabase } from './catalog-database.js';

let database: CatalogDatabase;

beforeAll(async () => {
  database = await createCatalogDatabase();
});

afterAll(() => database.drop());

const noon = new Date('2026-06-01T12:00:00.500Z');

describe('BackupLogRepository', () => {
  it('gives back the lines of one operation in order, page by page, down to a level', async () => {
    const logs = new BackupLogRepository(database.dataSource);
    const backupid = 'a'.repeat(32);
    await logs.append(backupid, [], () => noon);
    await logs.append(
      backupid,
      [
        { level: LogLevel.INFO, message: 'one' },
        { level: LogLevel.DEBUG, message: 'two' },
        { level: LogLevel.ERROR, message: 'thrée 💥', time: new Date(5_000) },
      ],
      () => noon,
    );
    await logs.append('b'.repeat(32), [{ level: LogLevel.INFO, message: 'not ours' }]);

    const all = await logs.list(backupid);
    expect(all.map(({ message, loglevel, createdAt }) => [message, loglevel, createdAt])).toEqual([
      ['one', 40, noon.getTime() / 1000 - 0.5],
      ['two', 50, noon.getTime() / 1000 - 0.5],
      ['thrée 💥', 20, 5],
    ]);
    const messages = async (filters: Parameters<typeof logs.list>[1]): Promise<string[]> =>
      (await logs.list(backupid, filters)).map(({ message }) => message);
    expect(await messages({ limit: 1 })).toEqual(['one']);
    expect(await messages({ after: all[0]?.id, limit: 1 })).toEqual(['two']);
    expect(await messages({ maxLevel: LogLevel.INFO })).toEqual(['one', 'thrée 💥']);
  });
});

describe('BackupRestoreLogRepository', () => {
  it('finds a restore by its backup and by its operation', async () => {
    const history = new BackupHistoryRepository(database.dataSource);
    const restores = new BackupRestoreLogRepository(database.dataSource);
    const backupId = await history.insert({ backupType: 'full', backupName: 'r', filePath: 'r' });
    const first = await restores.insert({ backupId, restoreType: 'files', backupid: 'c'.repeat(32) }, () => noon);
    const second = await restores.insert({ backupId, restoreType: 'database' });
    await restores.update(first, { status: 'completed', tablesRestored: ['shop.orders'], completedAt: noon });

    expect((await restores.findByBackup(backupId)).map(({ id }) => id)).toEqual([second, first]);
    const found = await restores.findByBackupid('c'.repeat(32));
    expect(found).toEqual(await restores.findById(first));
    expect(found).toMatchObject({
      status: 'completed',
      tablesRestored: ['shop.orders'],
      completedAt: noon,
      createdAt: noon,
      target: null,
    });
    expect(await restores.findByBackupid('d'.repeat(32))).toBeNull();
  });
});

describe('BackupScheduleRepository', () => {
  const schedule = { name: 'nightly', backupType: 'incremental', cronExpression: '0 3 * * *' } as const;
  const remoteStorage = { bucket: 'b', options: { retries: 3, tags: ['x', null] } };

  it('gives back a schedule with its defaults, changes it and removes it', async () => {
    const schedules = new BackupScheduleRepository(database.dataSource);
    const id = await schedules.insert({ ...schedule, remoteStorage, excludeTables: ['shop.cache'] }, () => noon);
    expect(await schedules.findById(id)).toMatchObject({
      ...schedule,
      remoteStorage,
      includeTables: null,
      excludeTables: ['shop.cache'],
      includeFiles: true,
      includeDatabases: true,
      isActive: true,
      timeZone: 'UTC',
      missedRun: 'run_once',
      createdAt: noon,
      updatedAt: noon,
    });
    const later = new Date(noon.getTime() + 1);
    expect(await schedules.update(id, { isActive: false }, () => later)).toBe(true);
    expect(await schedules.list({ isActive: true })).toEqual([]);
    expect(await schedules.list()).toMatchObject([{ id, isActive: false, createdAt: noon, updatedAt: later }]);
    expect(await schedules.remove(id)).toBe(true);
    expect(await schedules.remove(id)).toBe(false);
  });

  it('lets exactly one of many replicas claim a due run, and none when the schedule is off', async () => {
    const schedules = new BackupScheduleRepository(database.dataSource);
    const due = new Date('2026-10-25T01:30:00.001Z');
    const next = new Date('2026-10-26T02:30:00.002Z');
    const backupid = 'e'.repeat(32);
    const id = await schedules.insert({ ...schedule, nextRunAt: due }, () => noon);
    const claims = await Promise.all(
      Array.from({ length: 6 }, () => schedules.claimRun(id, { due, next, backupid }, () => due)),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await schedules.findById(id)).toMatchObject({
      nextRunAt: next,
      lastRunAt: due,
      lastBackupid: backupid,
      updatedAt: noon,
    });
    await schedules.update(id, { isActive: false });
    expect(await schedules.claimRun(id, { due: next, next: null, backupid })).toBe(false);
  });
});

describe('BackupCourseRepository', () => {
  it('keeps one row a course and what an upsert does not name', async () => {
    const courses = new BackupCourseRepository(database.dataSource);
    await courses.upsert({ courseid: 12, nextstarttime: 4_000_000_000 });
    await courses.upsert({ courseid: 13 });
    await courses.upsert({ courseid: 12, laststatus: '1', laststarttime: 100, lastendtime: 200 });

    const course = await courses.findByCourse(12);
    expect(course).toMatchObject({
      laststatus: '1',
      laststarttime: 100,
      lastendtime: 200,
      nextstarttime: 4_000_000_000,
    });
    expect((await courses.list()).map(({ courseid, laststatus }) => [courseid, laststatus])).toEqual([
      [12, '1'],
      [13, '5'],
    ]);
    expect(await courses.list({ laststatus: '5' })).toMatchObject([{ courseid: 13 }]);
    expect(await courses.list({ after: course?.id })).toMatchObject([{ courseid: 13 }]);
    expect(await courses.remove(13)).toBe(true);
    expect(await courses.findByCourse(13)).toBeNull();
  });
});

describe('BackupEncryptionKeyRepository', () => {
  it('retires a key once and keeps it', async () => {
    const keys = new BackupEncryptionKeyRepository(database.dataSource);
    const recipient = `age1${'q'.repeat(2000)}`;
    const old = await keys.insert({ label: 'old', recipient }, () => noon);
    const current = await keys.insert({ label: 'new', recipient });
    expect(await keys.retire(old, () => noon)).toBe(true);
    expect(await keys.retire(old)).toBe(false);
    expect(await keys.update(current, { label: 'current' })).toBe(true);
    expect((await keys.list({ active: true })).map(({ label }) => label)).toEqual(['current']);
    expect(await keys.list()).toHaveLength(2);
    expect(await keys.findById(old)).toMatchObject({ recipient, createdAt: noon, retiredAt: noon });
  });
});
