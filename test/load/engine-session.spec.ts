import { EnginePool } from '../../libs/backup/src/database/engine/engine-pool.js';
import { WHOLE_TABLE, type TableShape } from '../../libs/backup/src/database/table-rows.js';
import { parseStorageUrl } from '../../libs/backup/src/storage/open-storage.js';
import { createBackupFolder, type BackupFolder } from '../module/module-host.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testServerUrl } from '../support/test-server.js';

const NUMBERS: TableShape = {
  name: 'numbers',
  columns: [{ name: 'n', type: 'int(11)', literal: 'number' }],
  key: ['n'],
  keyName: 'PRIMARY',
  statementBytes: 1000,
};

describe("The session of an engine's thread", () => {
  let few: TestDatabase;
  let many: TestDatabase;
  let folder: BackupFolder;
  let pool: EnginePool;

  beforeAll(async () => {
    few = await createTestDatabase();
    await few.query('CREATE TABLE numbers (n INT PRIMARY KEY); INSERT INTO numbers VALUES (1)');
    many = await createTestDatabase();
    await many.query('CREATE TABLE numbers (n INT PRIMARY KEY); INSERT INTO numbers VALUES (1), (2), (3)');
    folder = await createBackupFolder();
    pool = startPool();
  });

  afterAll(async () => {
    await pool.close();
    await folder.remove();
    await few.drop();
    await many.drop();
  });

  function startPool(): EnginePool {
    const { hostname, port, username, password } = new URL(testServerUrl());
    const address = { host: hostname, port: Number(port), user: username, password };
    return new EnginePool(
      1,
      { storage: parseStorageUrl(folder.url), address, identities: new Map(), load: { rate: null, nice: 0 } },
      () => undefined,
      new AbortController().signal,
    );
  }

  const range = ({ name: database }: TestDatabase, shape = NUMBERS) =>
    ({ database, shape, interval: WHOLE_TABLE, condition: null, isShort: true }) as const;
  const proven = async (database: TestDatabase): Promise<number> =>
    (await pool.run({ kind: 'prove', ...range(database) })).rows;
  const summed = async ({ name }: TestDatabase): Promise<number> =>
    (await pool.run({ kind: 'sum table', database: name, shape: NUMBERS, json: [] })).rows;

  it('is in the database of each task, whatever tasks came before it', async () => {
    expect([await proven(few), await summed(many), await proven(few), await proven(many), await summed(few)]).toEqual([
      1, 3, 1, 3, 1,
    ]);
  });

  it.each([
    ['compare', { code: 'table_changed' }],
    ['prove', { code: 'query_failed' }],
  ] as const)(
    'says of a table that is gone that it changed in a backup, and not in a restore: %s',
    async (kind, error) => {
      const another = startPool();
      try {
        const gone = range(few, { ...NUMBERS, name: 'gone' });
        await expect(another.run({ kind, ...gone })).rejects.toMatchObject(error);
      } finally {
        await another.close();
      }
    },
  );
});
