import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackupApp, type BackupApp } from '../support/bad-input-app.js';
import { inSession } from '../support/fidelity-session.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('tables that keep their history', () => {
  let catalog: TestDatabase;
  let database: TestDatabase;
  let folder: string;
  let app: BackupApp;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backup-history-'));
    catalog = await createTestDatabase('catalog');
    app = await createBackupApp({ url: catalog.url, storageFolder: folder, rangeBytes: 2000 });
  });

  beforeEach(async () => {
    database = await createTestDatabase('history');
  });

  afterEach(() => database.drop());

  afterAll(async () => {
    await app.close();
    await catalog.drop();
    await rm(folder, { recursive: true });
  });

  const prices = (): Promise<void> =>
    inSession(database.query, database.name, [
      "SET timestamp=UNIX_TIMESTAMP('2020-01-01')",
      'CREATE TABLE prices (id int PRIMARY KEY, price decimal(10,2)) WITH SYSTEM VERSIONING',
      'INSERT INTO prices SELECT seq, seq FROM seq_1_to_60',
      ...['2020-02-01', '2020-03-01'].flatMap((day) => [
        `SET timestamp=UNIX_TIMESTAMP('${day}')`,
        'UPDATE prices SET price = price + 1',
      ]),
    ]);

  const backUp = (options: { allowPartial?: boolean } = {}): Promise<number> =>
    app.backups.createBackup('database', { databases: [database.name], ...options });

  const manifest = async (id: number): Promise<Manifest> => {
    const { backupName } = await app.backups.getBackup(id);
    return JSON.parse(await readFile(join(folder, backupName, 'manifest.json'), 'utf8')) as Manifest;
  };

  it('yield the same bytes as long as nothing changes, and few others after a change', async () => {
    await prices();
    const [first, second] = [await manifest(await backUp()), await manifest(await backUp())];
    expect(rangesOf(second)).toEqual(rangesOf(first));
    expect(rangesOf(first).length).toBeGreaterThan(3);
    await database.query('UPDATE prices SET price = 0 WHERE id = 60');
    const third = rangesOf(await manifest(await backUp()));
    expect(third.filter((range) => rangesOf(first).includes(range))).toHaveLength(rangesOf(first).length - 1);
  });

  it('are asked about the past when they were restored', async () => {
    await prices();
    const id = await backUp();
    await database.query('DROP TABLE prices');
    await app.backups.restore(id);
    const at = (time: string): Promise<unknown> =>
      database.query(`SELECT price FROM prices FOR SYSTEM_TIME AS OF TIMESTAMP'${time}' WHERE id = 7`);
    expect(await at('2020-01-15 00:00:00')).toEqual([{ price: '7.00' }]);
    expect(await at('2020-02-15 00:00:00')).toEqual([{ price: '8.00' }]);
    expect(await at('2020-03-15 00:00:00')).toEqual([{ price: '9.00' }]);
    expect(await at('2019-12-31 00:00:00')).toEqual([]);
  });

  it('show all their rows in a preview', async () => {
    await prices();
    const { tables } = await app.backups.previewRestore(await backUp());
    expect(tables).toMatchObject([{ table: 'prices', rowsNow: 180, rowsAfter: 180, change: 'replaced' }]);
  });

  it('come back with partitions that the server adds by itself', async () => {
    await inSession(database.query, database.name, [
      "SET timestamp=UNIX_TIMESTAMP('2020-01-01')",
      `CREATE TABLE parted (id int PRIMARY KEY, x int) WITH SYSTEM VERSIONING
        PARTITION BY SYSTEM_TIME INTERVAL 1 MONTH STARTS '2020-01-01 00:00:00' AUTO PARTITIONS 3`,
      'INSERT INTO parted VALUES (1, 1), (2, 2)',
      "SET timestamp=UNIX_TIMESTAMP('2020-05-01')",
      'UPDATE parted SET x = 5 WHERE id = 1',
    ]);
    const describe = async (name: string): Promise<unknown> => [
      (await database.query(`SHOW CREATE TABLE ${name}.parted`))[0]['Create Table'],
      await database.query(`SELECT *, row_start, row_end FROM ${name}.parted FOR SYSTEM_TIME ALL ORDER BY id, row_end`),
    ];
    const before = await describe(database.name);
    await app.backups.restore(await backUp(), { databases: [`${database.name}=${database.name}_copy`] });
    expect(await describe(`${database.name}_copy`)).toEqual(before);
  });

  it('are refused by name when their history is numbered by transactions', async () => {
    await database.query(
      `CREATE TABLE numbered (id int PRIMARY KEY, a bigint unsigned GENERATED ALWAYS AS ROW START,
         b bigint unsigned GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (a, b)) WITH SYSTEM VERSIONING`,
    );
    await expect(backUp()).rejects.toMatchObject({
      code: 'not_readable',
      message: `Table ${database.name}.numbered is system-versioned by transaction numbers, which mean nothing after a restore: change its period columns to TIMESTAMP(6), or leave it out with --allow-partial.`,
    });
    const { databases, warnings } = await manifest(await backUp({ allowPartial: true }));
    expect(databases[0].tables).toEqual([]);
    expect(warnings).toHaveLength(1);
  });
});

interface Manifest {
  readonly databases: readonly {
    readonly tables: readonly { readonly ranges: readonly { readonly object: string }[] }[];
  }[];
  readonly objects: readonly { readonly key: string; readonly plainSha256: string }[];
  readonly warnings: readonly string[];
}

/** The hash of each range of the only table. */
function rangesOf({ databases, objects }: Manifest): string[] {
  return databases[0].tables[0].ranges.map(
    (range) => objects.find(({ key }) => key === range.object)?.plainSha256 ?? 'missing',
  );
}
