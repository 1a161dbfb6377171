import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type { Manifest, TableRecord } from '@app/backup/backup-set/manifest.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

const RANGE_BYTES = 8 * 1024;

describe('The ranges of a table', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;
  let manifest: Manifest;
  let id: number;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    const text = "REPEAT(CONCAT('x', seq % 7), 50)";
    await database.query(`
      CREATE TABLE integers (id INT PRIMARY KEY, filler TEXT);
      INSERT INTO integers SELECT (CAST(seq AS SIGNED) - 500) * 3, ${text} FROM seq_1_to_1000;
      CREATE TABLE pairs (a INT, b VARCHAR(20) COLLATE utf8mb4_bin, filler TEXT, PRIMARY KEY (b, a));
      INSERT INTO pairs SELECT seq, CONCAT('k''\\\\ż\\n', seq % 3), ${text} FROM seq_1_to_1000;
      CREATE TABLE bytes (id VARBINARY(16) NOT NULL, filler TEXT, UNIQUE KEY (id));
      INSERT INTO bytes SELECT UNHEX(MD5(seq)), ${text} FROM seq_1_to_1000;
      CREATE TABLE keyless (filler TEXT);
      INSERT INTO keyless SELECT ${text} FROM seq_1_to_1000;
      CREATE TABLE none (id INT PRIMARY KEY);
      ANALYZE TABLE integers, pairs, bytes, keyless`);
    host = await startModuleHost(database.url, { storage: folder.url, rangeBytes: RANGE_BYTES, threads: 2 });
    id = await host.backUp();
    const { backupName } = await host.backups.getBackup(id);
    manifest = JSON.parse(await readFile(join(folder.path, backupName, 'manifest.json'), 'utf8')) as Manifest;
  });

  afterAll(async () => {
    try {
      await host.app.close();
    } finally {
      await folder.remove();
      await database.drop();
    }
  });

  const table = (name: string): TableRecord => {
    const found = manifest.databases[0].tables.find((record) => record.name === name);
    if (found === undefined) throw new Error(`the manifest holds no table ${name}`);
    return found;
  };

  const rowsIn = async (object: string): Promise<number> => {
    const stored = await readFile(join(folder.path, manifest.name, object));
    // frame after frame, of which the first holds the session settings
    let plain = '';
    for (let at = 0; at !== -1 && at < stored.length;) {
      const next = stored.indexOf(Buffer.from('28b52ffd', 'hex'), at + 4);
      plain += zstdDecompressSync(stored.subarray(at, next === -1 ? undefined : next)).toString();
      at = next;
    }
    return plain.split('\n').filter((line) => line.startsWith('(')).length;
  };

  it.each(['integers', 'pairs', 'bytes'])(
    'of %s follow one another without a gap, each in an object of its own',
    async (name) => {
      const { ranges, rows } = table(name);

      expect(rows).toBe(1000);
      expect(ranges.length).toBeGreaterThan(5);
      expect(ranges[0].from).toBeNull();
      expect(ranges.at(-1)?.to).toBeNull();
      for (const [index, { to }] of ranges.slice(0, -1).entries()) {
        expect(ranges[index + 1].from).toEqual({ key: to?.key, inclusive: to?.inclusive !== true });
      }
      expect(new Set(ranges.map(({ object }) => object)).size).toBe(ranges.length);
      for (const range of ranges) expect(await rowsIn(range.object)).toBe(range.rows);
    },
  );

  it('are one where there is no key to go by, and none where there are no rows', () => {
    expect(table('keyless')).toMatchObject({ key: [], rows: 1000, ranges: [{ from: null, to: null, rows: 1000 }] });
    expect(table('none')).toMatchObject({ rows: 0, ranges: [] });
  });

  it('are about as large as they are asked to be', () => {
    const sizes = new Map(manifest.objects.map(({ key, plainSize }) => [key, plainSize]));
    for (const { object } of table('pairs').ranges) {
      expect(sizes.get(object)).toBeLessThan(RANGE_BYTES * 2 + 1000);
    }
  });

  it('are proven one by one when the table comes back', async () => {
    const names = ['integers', 'pairs', 'bytes', 'keyless', 'none'];
    const checksum = `CHECKSUM TABLE ${names.join(', ')}`;
    const before = await database.query(checksum);
    for (const name of names) await database.query(`DELETE FROM ${name}`);
    await host.backups.verifyBackup(id);
    await host.backups.restore(id);
    expect(await database.query(checksum)).toEqual(before);
  });
});
