import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackupApp, type BackupApp } from '../support/bad-input-app.js';
import { foreignKeyLines } from '../support/crash-fingerprint.js';
import { fingerprint } from '../support/fidelity-fingerprint.js';
import {
  createFourByteDefinitions,
  createMixedEncodings,
  createOddForeignKeys,
} from '../support/fidelity-hard-cases.js';
import { inSession } from '../support/fidelity-session.js';
import { restoreByStockClient } from '../support/stock-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('definitions that the server shows wrongly', () => {
  let catalog: TestDatabase;
  let database: TestDatabase;
  let folder: string;
  let app: BackupApp;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backup-hard-'));
    catalog = await createTestDatabase('catalog');
    app = await createBackupApp({ url: catalog.url, storageFolder: folder });
  });

  beforeEach(async () => {
    database = await createTestDatabase('hard');
  });

  afterEach(() => database.drop());

  afterAll(async () => {
    await app.close();
    await catalog.drop();
    await rm(folder, { recursive: true });
  });

  const backUp = (options: { allowPartial?: boolean } = {}): Promise<number> =>
    app.backups.createBackup('database', { databases: [database.name], ...options });
  const dropDatabase = (): Promise<unknown> => database.query(`DROP DATABASE ${database.name}`);

  const waysBack: readonly (readonly [string, (id: number) => Promise<unknown>])[] = [
    ['restored', (id) => app.backups.restore(id)],
    ['restored by the stock client', async (id) => restoreByStockClient(folder, await app.backups.getBackup(id))],
  ];

  /** What the statements of four_bytes hide, by what becomes of them. */
  const fourBytes = async (): Promise<unknown> => {
    await inSession(database.query, database.name, [
      'CREATE TABLE seen LIKE four_bytes',
      'INSERT INTO seen (id, e, s) SELECT 1 + seq, 1 + seq, 1 << seq FROM seq_0_to_2',
    ]);
    const rows = await database.query(`SELECT * FROM ${database.name}.seen ORDER BY id`);
    await database.query(`DROP TABLE ${database.name}.seen`);
    return { rows, fingerprint: await fingerprint(database.query, database.name) };
  };

  it.each(waysBack)('keep letters beyond the Basic Multilingual Plane when they are %s', async (_, restore) => {
    await createFourByteDefinitions(database.query, database.name);
    const before = await fourBytes();
    expect(before).toMatchObject({
      rows: [{ e: '😀', s: 'a', n: 'ż😀', c: "'😀\\", d: '😀' }, { s: 'x😀' }, { e: "it's 😁" }],
    });
    const id = await backUp();
    await dropDatabase();
    await restore(id);
    expect(await fourBytes()).toEqual(before);
  });

  it.each(waysBack)('keep names and comments of clients of old character sets when they are %s', async (_, restore) => {
    await createMixedEncodings(database.query, database.name);
    const before = await fingerprint(database.query, database.name);
    expect(Object.keys(before.events)).toEqual(['été', 'in_gbk', '表 DO']);
    const id = await backUp();
    await dropDatabase();
    await restore(id);
    expect(await fingerprint(database.query, database.name)).toEqual(before);
  });

  it.each(waysBack)('keep backticks in names of foreign keys when they are %s', async (_, restore) => {
    await createOddForeignKeys(database.query, database.name);
    const before = [
      await fingerprint(database.query, database.name),
      await foreignKeyLines(database.query, database.name),
    ];
    const id = await backUp();
    await dropDatabase();
    await restore(id);
    expect([
      await fingerprint(database.query, database.name),
      await foreignKeyLines(database.query, database.name),
    ]).toEqual(before);
  });

  /** A restore while another session closes all tables again and again. */
  const restoreDespiteFlushes = async (id: number): Promise<void> => {
    const over = new AbortController();
    const flushes = (async () => {
      while (!over.signal.aborted) await database.query('DO SLEEP(0.003)').then(() => database.query('FLUSH TABLES'));
    })();
    try {
      await app.backups.restore(id);
    } finally {
      over.abort();
      await flushes;
    }
  };

  it.each([
    ['restored while tables are flushed', restoreDespiteFlushes],
    [
      'restored by the stock client',
      async (id: number) => restoreByStockClient(folder, await app.backups.getBackup(id)),
    ],
  ])(
    'keep triggers of a mode in which the server misreads a comment of their table when they are %s',
    async (_, restore) => {
      const create = 'CREATE TRIGGER backslash BEFORE INSERT ON parted FOR EACH ROW SET @x = "\\"'.replaceAll('"', "'");
      await inSession(database.query, database.name, [
        'CREATE TABLE parted (id int)',
        "SET sql_mode='NO_BACKSLASH_ESCAPES'",
        create,
        "SET sql_mode=''",
        "ALTER TABLE parted PARTITION BY LIST (id) (PARTITION p VALUES IN (1) COMMENT 'it''s')",
      ]);
      const before = await fingerprint(database.query, database.name);
      expect(before.triggers).toMatchObject({ backslash: { sql_mode: 'NO_BACKSLASH_ESCAPES' } });
      const id = await backUp();
      await dropDatabase();
      await restore(id);
      expect(await fingerprint(database.query, database.name)).toEqual(before);
    },
  );

  it('are told apart where many tables are proven side by side', async () => {
    const letters = ['😀', '😁', '😂', '😃', '😄', '😅', '😆', '😇'];
    await inSession(
      database.query,
      database.name,
      letters.map((letter, index) => `CREATE TABLE t${index} (e enum('a','${letter}')) DEFAULT CHARSET=utf8mb4`),
    );
    const id = await backUp();
    await dropDatabase();
    await expect(app.backups.restore(id)).resolves.toMatchObject({ status: 'completed' });
  });

  it('are refused where nothing tells a question mark from what it may stand for', async () => {
    await database.query("CREATE TABLE empty_one (d varchar(9) NOT NULL DEFAULT '?') DEFAULT CHARSET=utf8mb4");
    await expect(backUp()).rejects.toMatchObject({
      code: 'not_readable',
      message: `The default of column d of table ${database.name}.empty_one has a question mark, which the server also shows for characters beyond the Basic Multilingual Plane, and the table is empty: write the default as an expression, insert a row, or take it for a question mark with --allow-partial.`,
    });
    await app.backups.restore(await backUp({ allowPartial: true }));
    await database.query("INSERT INTO empty_one VALUES ('x')");
    await app.backups.restore(await backUp());
  });

  it('are refused when a body and its comment have no character set in common', async () => {
    await database.query(
      "SET NAMES latin1; CREATE PROCEDURE p () SELECT '\xe9'; SET NAMES utf8mb4; ALTER PROCEDURE p COMMENT '表'",
    );
    await expect(backUp()).rejects.toMatchObject({ code: 'not_readable' });
    await backUp({ allowPartial: true });
  });

  it('are refused when the server has cut them off at a zero byte', async () => {
    await database.query("CREATE EVENT e ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 'a\0b'");
    await expect(backUp()).rejects.toMatchObject({
      code: 'not_readable',
      message: `The server has cut off event ${database.name}.e at a zero byte, so it cannot be made again: make it anew with \\0 in place of the byte, or go on without it with --allow-partial.`,
    });
    await backUp({ allowPartial: true });
  });

  it('are refused in staging when a table has a folder of its own, and come back in place', async () => {
    const folderOfTable = await mkdtemp(join(tmpdir(), 'backup-tables-'));
    try {
      await database.query(
        `CREATE TABLE elsewhere (id int PRIMARY KEY) DATA DIRECTORY='${folderOfTable}'; INSERT INTO elsewhere VALUES (1)`,
      );
      const before = await fingerprint(database.query, database.name);
      const id = await backUp();
      await database.query('DELETE FROM elsewhere');
      await expect(app.backups.restore(id)).rejects.toMatchObject({
        code: 'restore_blocked',
        message: expect.stringContaining('table elsewhere has a DATA DIRECTORY, and MariaDB does not move') as unknown,
      });
      await app.backups.restore(id, { inPlace: true });
      expect(await fingerprint(database.query, database.name)).toEqual(before);
    } finally {
      await database.query('DROP TABLE elsewhere');
      await rm(folderOfTable, { recursive: true });
    }
  });
});
