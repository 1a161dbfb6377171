import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '@app/backup/backup-set/manifest.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

// a machine that is busy with other things
jest.setTimeout(60_000);

/** Megabytes a second. */
const RATE = 8;

describe('an operation that may only handle so much a second', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;
  let id: number;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    for (const [name, key] of [
      ['one', 'PRIMARY KEY'],
      ['two', ''],
    ]) {
      await database.query(`CREATE TABLE ${name} (id INT ${key}, body VARCHAR(1200))`);
      await database.query(`INSERT INTO ${name} SELECT seq, REPEAT(SHA2(seq, 512), 8) FROM seq_1_to_5000`);
    }
    host = await startModuleHost(database.url, { storage: folder.url, threads: 2 });
  });

  afterAll(async () => {
    try {
      await host.app.close();
    } finally {
      await folder.remove();
      await database.drop();
    }
  });

  async function rowBytes(): Promise<number> {
    const { backupName } = await host.backups.getBackup(id);
    const manifest = JSON.parse(await readFile(join(folder.path, backupName, 'manifest.json'), 'utf8')) as Manifest;
    return manifest.objects.reduce((sum, { plainSize }) => sum + plainSize, 0);
  }

  async function seconds(act: () => Promise<unknown>): Promise<number> {
    const startedAt = performance.now();
    await act();
    return (performance.now() - startedAt) / 1000;
  }

  /** From below only: a machine that is busy with other things may be slower. */
  it('takes no less than its time, over all threads together', async () => {
    const limits = { maxRate: RATE, nice: 10 };
    const backup = await seconds(async () => {
      id = await host.backUp(limits);
    });
    const least = ((await rowBytes()) / (RATE * 1_000_000)) * 0.85;
    expect(least).toBeGreaterThan(1);
    expect(backup).toBeGreaterThan(least);
    expect(await seconds(() => host.backups.verifyBackup(id, 'full', limits))).toBeGreaterThan(least);
    // every row is written, and read again to prove it
    expect(await seconds(() => host.backups.restore(id, { maxRate: 2 * RATE }))).toBeGreaterThan(least);
  });

  it('takes no less where rows are proven by their sum, for which the backup is read once more', async () => {
    const mapCollations = ['utf8mb4_general_ci=utf8mb4_unicode_ci'];
    const least = ((await rowBytes()) / 2 / (RATE * 1_000_000)) * 0.85;
    const restore = (): Promise<unknown> =>
      host.backups.restore(id, { tables: ['two'], mapCollations, maxRate: 3 * RATE });
    expect(await seconds(restore)).toBeGreaterThan(least);
  });

  it('is cancelled at once', async () => {
    const abort = new AbortController();
    let cancelledAt = 0;
    const onProgress = (): void => {
      cancelledAt ||= performance.now();
      abort.abort();
    };
    // at this rate the next statement is due in minutes
    const backup = host.backUp({ maxRate: 0.001, signal: abort.signal, onProgress });
    await expect(backup).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - cancelledAt).toBeLessThan(9000);
  });

  it.each([
    [{ maxRate: 0 }, '0 is not a rate: use megabytes a second, such as 20 or 0.5.'],
    [{ maxRate: Number.NaN }, 'NaN is not a rate: use megabytes a second, such as 20 or 0.5.'],
    [{ nice: 20 }, '20 is no niceness: use a whole number from 0 to 19.'],
    [{ nice: -1 }, '-1 is no niceness: use a whole number from 0 to 19.'],
  ])('is not begun with %o', async (limits, message) => {
    await expect(host.backUp(limits)).rejects.toMatchObject({ code: 'invalid_option', message });
  });
});
