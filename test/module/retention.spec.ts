import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

const DAY = 86_400_000;

describe('Retention', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;

  beforeEach(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    await database.query('CREATE TABLE orders (id INT PRIMARY KEY); INSERT INTO orders VALUES (1), (2)');
    host = await startModuleHost(database.url, { storage: folder.url, retentionDays: 30, undoHours: 0 });
  });

  afterEach(async () => {
    try {
      await host.app.close();
    } finally {
      await folder.remove();
      await database.drop();
    }
  });

  /** Makes a backup as it would be found some days after its last one. */
  const expiredBackup = async (daysAgo: number): Promise<number> => {
    const id = await host.backUp();
    const day = new Date(Date.now() - daysAgo * DAY).toISOString();
    await database.query('UPDATE backup_history SET created_at = ?, expires_at = ? WHERE id = ?', [
      day.slice(0, 19).replace('T', ' '),
      day.slice(0, 10),
      id,
    ]);
    return id;
  };

  const setsInStorage = async (): Promise<string[]> => [
    ...new Set((await folder.files()).map((file) => file.split('/')[0])),
  ];

  it('gives a backup its last day: from its own days, else the module’s, else none', async () => {
    const expected = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
    const lastDay = async (options: { retentionDays?: number | null }): Promise<unknown[]> => {
      const { retentionDays, expiresAt } = await host.backups.getBackup(await host.backUp(options));
      return [retentionDays, expiresAt];
    };
    const [before30, before7] = [expected(30), expected(7)];
    const results = [await lastDay({}), await lastDay({ retentionDays: 7 }), await lastDay({ retentionDays: null })];

    // midnight may pass meanwhile
    expect([before30, expected(30)]).toContain(results[0][1]);
    expect([before7, expected(7)]).toContain(results[1][1]);
    expect(results.map(([days]) => days)).toEqual([30, 7, null]);
    expect(results[2][1]).toBeNull();
  });

  it('deletes what has expired, keeps the newest and the newest verified, and leaves the rest alone', async () => {
    const old = await expiredBackup(9);
    const verified = await expiredBackup(8);
    const pinned = await expiredBackup(7);
    const older = await expiredBackup(6);
    const newest = await expiredBackup(5);
    await host.backups.verifyBackup(verified);
    await database.query('UPDATE backup_history SET pinned = 1 WHERE id = ?', [pinned]);
    const sizes = await Promise.all([old, older].map(async (id) => (await host.backups.getBackup(id)).fileSize));

    const plan = await host.backups.planCleanup();
    const result = await host.backups.cleanupExpired();

    expect(result.plan).toEqual(plan);
    expect([...result.deleted].sort()).toEqual([old, older].sort());
    expect(result.freedBytes).toBe(sizes[0] + sizes[1]);
    expect(plan.keep).toEqual([
      { id: newest, reasons: ['newest'] },
      { id: pinned, reasons: ['pinned'] },
      { id: verified, reasons: ['newest verified'] },
    ]);
    const left = await host.backups.listBackups({ status: 'completed' });
    expect(left.map(({ id }) => id).sort()).toEqual([verified, pinned, newest].sort());
    expect((await setsInStorage()).sort()).toEqual(left.map(({ backupName }) => backupName).sort());
    expect((await host.backups.getBackup(old)).status).toBe('deleted');
    await expect(host.backups.restore(old)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('keeps the only backup however long ago it expired, and finds nothing to do a second time', async () => {
    const only = await expiredBackup(400);
    for (const attempt of [1, 2]) {
      const { deleted, freedBytes } = await host.backups.cleanupExpired();
      expect([attempt, deleted, freedBytes]).toEqual([attempt, [], 0]);
    }
    expect((await host.backups.getBackup(only)).status).toBe('completed');
  });

  it('sweeps sets that never completed once they are a day old, and nothing that is not a set', async () => {
    const sets = { old: '20200101T000000Z-database-abcdef', young: '20200101T000000Z-database-fedcba' };
    for (const name of [...Object.values(sets), 'lost+found']) {
      await mkdir(join(folder.path, name));
      await writeFile(join(folder.path, name, 'schema.sql.zst'), 'x');
    }
    const yesterday = new Date(Date.now() - DAY - 60_000);
    await utimes(join(folder.path, sets.old, 'schema.sql.zst'), yesterday, yesterday);

    expect((await host.backups.cleanupExpired()).swept).toEqual([sets.old]);
    expect(await setsInStorage()).toEqual([sets.young, 'lost+found']);
  });

  it('drops what a restore keeps for its undo when the hours for that are over', async () => {
    const id = await host.backUp();
    await host.backups.restore(id);
    const schemas = async (): Promise<unknown[]> =>
      database.query('SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE ?', [
        `${database.name}\\_%`,
      ]);
    expect(await schemas()).toHaveLength(1);

    expect((await host.backups.cleanupExpired()).undoSchemas).toHaveLength(1);
    expect(await schemas()).toEqual([]);
    await expect(host.backups.undoRestore(id)).rejects.toMatchObject({ code: 'undo_impossible' });
  });

  it('adds up what is in storage, and counts backups by type and status', async () => {
    expect(await host.backups.calculateStorageUsed()).toBe(0);
    const deleted = await host.backUp();
    const kept = await host.backUp();
    await host.backups.deleteBackup(deleted);
    await expect(host.backUp({ databases: ['no_such_database'] })).rejects.toThrow();

    expect(await host.backups.calculateStorageUsed()).toBe(await folder.size());
    const stats = await host.backups.getBackupStats();
    expect(stats.totals).toEqual([
      { type: 'database', status: 'completed', count: 1, bytes: await folder.size() },
      { type: 'database', status: 'failed', count: 1, bytes: 0 },
      { type: 'database', status: 'deleted', count: 1, bytes: expect.any(Number) },
    ]);
    expect(stats.newestCompleted?.id).toBe(kept);
  });
});
