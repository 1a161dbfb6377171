import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest, RangeRecord, TableRecord } from '@app/backup/backup-set/manifest.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

const RANGE_BYTES = 8 * 1024;
const TEXT = "REPEAT(CONCAT('x', seq % 7), 50)";
/** Letters in both cases, with and without accents, a space, a quote, a backslash, a line feed and what sorts oddly. */
const LETTERS =
  "ELT(1 + seq % 17, 'a', 'A', 'á', 'ß', 'ss', 'z', 'Ż', ' ', '''', '\\\\', '\\n', '%', '_', '0', '表', 'ij', '\\0')";
const STRINGS: readonly [string, string][] = [
  ['binary_text', 'VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'],
  ['ignoring_case', 'VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci'],
  ['by_unicode', 'VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci'],
  ['without_padding', 'VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_nopad_ci'],
  ['polish', 'CHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_polish_ci'],
  ['bytes', 'VARBINARY(160)'],
];

describe('The division of tables among threads', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    await database.query(`
      CREATE TABLE skewed (id BIGINT PRIMARY KEY, filler TEXT);
      INSERT INTO skewed SELECT seq, ${TEXT} FROM seq_1_to_999;
      INSERT INTO skewed VALUES (9000000000000000000, 'far away');
      CREATE TABLE composite (tenant INT, id INT, filler TEXT, PRIMARY KEY (tenant, id));
      INSERT INTO composite SELECT IF(seq < 900, 1, seq % 3), seq, ${TEXT} FROM seq_1_to_1000;
      CREATE TABLE times (at DATETIME(6) PRIMARY KEY, filler TEXT);
      INSERT INTO times SELECT '2026-01-01' + INTERVAL seq * 1000003 MICROSECOND, ${TEXT} FROM seq_1_to_1000;
      ${STRINGS.map(
        ([name, type]) => `CREATE TABLE ${name} (id ${type} PRIMARY KEY, filler TEXT);
      INSERT IGNORE INTO ${name} SELECT CONCAT(${LETTERS}, MD5(seq), ${LETTERS}), ${TEXT} FROM seq_1_to_1000;`,
      ).join('\n')}
      CREATE TABLE edited (id INT PRIMARY KEY, filler TEXT) STATS_AUTO_RECALC=0;
      INSERT INTO edited SELECT seq * 10, ${TEXT} FROM seq_1_to_1000;
      ANALYZE TABLE skewed, composite, times, edited, ${STRINGS.map(([name]) => name).join(', ')}`);
    host = await startModuleHost(database.url, { storage: folder.url, rangeBytes: RANGE_BYTES, threads: 2 });
  });

  afterAll(async () => {
    try {
      await host.app.close();
    } finally {
      await folder.remove();
      await database.drop();
    }
  });

  const manifestOf = async (id: number): Promise<Manifest> => {
    const { backupName } = await host.backups.getBackup(id);
    return JSON.parse(await readFile(join(folder.path, backupName, 'manifest.json'), 'utf8')) as Manifest;
  };

  const tableIn = (manifest: Manifest, name: string): TableRecord => {
    const found = manifest.databases[0].tables.find((record) => record.name === name);
    if (found === undefined) throw new Error(`the manifest holds no table ${name}`);
    return found;
  };

  it('takes every row exactly once, whatever the key and its collation', async () => {
    const names = ['skewed', 'composite', 'times', ...STRINGS.map(([name]) => name)];
    const id = await host.backUp();
    const manifest = await manifestOf(id);
    for (const name of names) {
      const [{ rows }] = await database.query(`SELECT COUNT(*) AS \`rows\` FROM ${name}`);
      const table = tableIn(manifest, name);
      expect({ name, rows: table.rows }).toEqual({ name, rows });
      expect(table.ranges.length).toBeGreaterThan(5);
      // none of them holds much more than its share
      expect(Math.max(...table.ranges.map((range) => range.rows))).toBeLessThan(table.rows / 3);
    }

    const checksum = `CHECKSUM TABLE ${names.join(', ')}`;
    const before = await database.query(checksum);
    for (const name of names) await database.query(`DELETE FROM ${name}`);
    await host.backups.restore(id);
    expect(await database.query(checksum)).toEqual(before);
  });

  it('leaves the ranges as they were in the parts of a table that did not change', async () => {
    // a restore may have made the table just now
    await database.query('ANALYZE TABLE edited');
    const hashes = async (): Promise<Map<string, string>> => {
      const manifest = await manifestOf(await host.backUp());
      const byKey = new Map(manifest.objects.map((object) => [object.key, object.plainSha256]));
      const bounds = ({ from, to }: RangeRecord): string => JSON.stringify([from, to]);
      return new Map(tableIn(manifest, 'edited').ranges.map((range) => [bounds(range), byKey.get(range.object) ?? '']));
    };
    const before = await hashes();
    await database.query(`INSERT INTO edited SELECT seq, ${TEXT} FROM seq_4001_to_4009`);
    await database.query("UPDATE edited SET filler = 'changed' WHERE id = 7000");
    const after = await hashes();

    const same = [...after].filter(([bounds, hash]) => before.get(bounds) === hash);
    expect(before.size).toBeGreaterThan(10);
    expect(before.size - same.length).toBeLessThanOrEqual(3);
    expect(same.length).toBeLessThan(after.size);
  });

  it('goes on when a table has many more rows than the server thinks', async () => {
    await database.query(`
      CREATE TABLE grown (id INT PRIMARY KEY) STATS_AUTO_RECALC=0 STATS_PERSISTENT=1;
      ANALYZE TABLE grown;
      INSERT INTO grown SELECT seq FROM seq_1_to_70000`);
    const grown = tableIn(await manifestOf(await host.backUp()), 'grown');
    expect(grown.rows).toBe(70_000);
    expect(grown.ranges.at(0)?.from).toBeNull();
    expect(grown.ranges.at(-1)?.to).toBeNull();
  });
});
