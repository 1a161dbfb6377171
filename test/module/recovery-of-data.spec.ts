import { CATALOG_TABLES } from '@app/backup';
import { restoreByStockClient } from '../support/stock-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeEachServer } from '../support/test-server.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

const FIXTURE = `
  CREATE TABLE orders (id INT PRIMARY KEY AUTO_INCREMENT, item VARCHAR(50), KEY (item));
  INSERT INTO orders (item) VALUES ('book'), ('lamp'), (NULL);
  CREATE VIEW lamps AS SELECT * FROM orders WHERE item = 'lamp'`;

describeEachServer('A database that is lost with its catalog', (server) => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let hosts: ModuleHost[] = [];

  beforeAll(async () => {
    database = await createTestDatabase('lost', server.url);
    folder = await createBackupFolder();
    await database.query(FIXTURE);
  });

  afterAll(async () => {
    for (const { app } of hosts) await app.close();
    await folder.remove();
    await database.drop();
  });

  const start = async (): Promise<ModuleHost> => {
    const host = await startModuleHost(database.url, { storage: folder.url });
    hosts.push(host);
    return host;
  };

  const content = async (schema: string): Promise<unknown> =>
    (await database.query(`CHECKSUM TABLE \`${schema}\`.orders, \`${schema}\`.lamps`)).map(({ Checksum }) => Checksum);

  it('comes back from sets that are imported into an empty catalog, and under another name', async () => {
    const copy = `${database.name}_copy`;
    const before = await content(database.name);
    const first = await start();
    const original = await first.backups.getBackup(await first.backUp({ notes: 'the last one' }));
    await first.app.close();
    hosts = [];
    await database.query(`DROP DATABASE \`${database.name}\`; CREATE DATABASE \`${database.name}\``);

    const { backups } = await start();
    expect(await backups.listBackups()).toEqual([]);
    const result = await backups.importSets();
    expect(result).toEqual({ imported: [expect.any(Number)], known: [], skipped: [] });
    const [imported] = await backups.listBackups();
    expect(imported).toMatchObject({
      backupName: original.backupName,
      backupType: 'database',
      status: 'completed',
      checksum: original.checksum,
      fileSize: original.fileSize,
      logicalSize: original.logicalSize,
      tablesIncluded: original.tablesIncluded,
      compression: 'zstd:1',
      verified: false,
      expiresAt: null,
    });
    expect(Math.abs(imported.createdAt.getTime() - original.createdAt.getTime())).toBeLessThan(60_000);

    await backups.verifyBackup(imported.id);
    const restore = await backups.restore(imported.id);
    expect(restore.status).toBe('completed');
    expect(await content(database.name)).toEqual(before);

    await database.query(`UPDATE \`${database.name}\`.orders SET item = 'changed since'`);
    expect(await backups.restore(imported.id, { databases: [`${database.name}=${copy}`] })).toMatchObject({
      status: 'completed',
      target: copy,
    });
    expect(await content(copy)).toEqual(before);
    expect(await content(database.name)).not.toEqual(before);
  });
});

describe('A lost database', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let hosts: ModuleHost[];

  beforeEach(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    hosts = [];
    await database.query(FIXTURE);
  });

  afterEach(async () => {
    for (const { app } of hosts) await app.close();
    await folder.remove();
    await database.drop();
  });

  const start = async (databases: readonly string[] = []): Promise<ModuleHost> => {
    const host = await startModuleHost(database.url, { storage: folder.url, databases });
    hosts.push(host);
    return host;
  };

  const checksums = async (schema: string): Promise<unknown> =>
    database.query(`CHECKSUM TABLE \`${schema}\`.orders, \`${schema}\`.lamps`);

  it('comes back by hand with a catalog that is older than the set, which is taken up again', async () => {
    const first = await start();
    const { id, backupName, checksum } = await first.backups.getBackup(await first.backUp());
    await first.app.close();
    hosts = [];
    await database.query(`DROP DATABASE \`${database.name}\``);
    await restoreByStockClient(folder.path, { backupName });

    const { backups } = await start();
    expect(await backups.getBackup(id)).toMatchObject({ status: 'failed', checksum: null });
    expect(await backups.importSets()).toEqual({ imported: [id], known: [], skipped: [] });

    expect(await backups.getBackup(id)).toMatchObject({ status: 'completed', checksum, errorMessage: null });
    expect(await backups.recover()).toEqual([]);
    await backups.restore(id);
  });

  it('is imported once: sets that the catalog knows are passed over, or refused by name', async () => {
    const { backups, backUp } = await start();
    const { id, backupName } = await backups.getBackup(await backUp());
    const reason = `${backupName} is in the catalog already, as backup ${String(id)}.`;

    expect(await backups.importSets()).toEqual({ imported: [], known: [id], skipped: [] });
    await expect(backups.importSets({ names: [backupName] })).rejects.toMatchObject({ code: 'busy', message: reason });
    await expect(backups.importSets({ names: ['20200101T000000Z-database-abcdef'] })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await backups.listBackups()).toHaveLength(1);
  });

  it('leaves the catalog beside it as it is when it is restored', async () => {
    const { backups, backUp } = await start();
    const first = await backUp();
    const second = await backUp({ notes: 'made after the first' });
    await database.query("DELETE FROM orders WHERE item = 'book'");

    const restore = await backups.restore(first);

    expect(await database.query('SELECT item FROM orders ORDER BY id')).toEqual([
      { item: 'book' },
      { item: 'lamp' },
      { item: null },
    ]);
    expect((await backups.listBackups()).map(({ id }) => id)).toEqual([second, first]);
    expect(restore.tablesRestored).toEqual([`${database.name}.orders`, expect.stringContaining('.migrations')].sort());
    for (const table of CATALOG_TABLES) {
      expect(restore.tablesRestored).not.toContain(`${database.name}.${table}`);
    }
    const operations = await database.query('SELECT operation, status FROM backup_controllers ORDER BY id');
    expect(operations).toEqual(['backup', 'backup', 'restore'].map((operation) => ({ operation, status: 1000 })));
  });

  it('is held with another one in one set, of which both or one can be restored', async () => {
    const shop = await createTestDatabase();
    try {
      await shop.query(FIXTURE);
      const before = [await checksums(database.name), await checksums(shop.name)];
      const { backups, backUp } = await start([shop.name]);
      const { id, tablesIncluded } = await backups.getBackup(await backUp());
      expect(tablesIncluded).toEqual(expect.arrayContaining([`${database.name}.orders`, `${shop.name}.orders`]));

      for (const { query } of [database, shop]) await query("UPDATE orders SET item = 'ruined'");
      const ruined = await checksums(database.name);
      await backups.restore(id, { databases: [shop.name] });
      expect([await checksums(database.name), await checksums(shop.name)]).toEqual([ruined, before[1]]);

      await shop.query('DROP TABLE orders');
      const { target } = await backups.restore(id);
      expect(target?.split(',').sort()).toEqual([database.name, shop.name].sort());
      expect([await checksums(database.name), await checksums(shop.name)]).toEqual(before);
    } finally {
      await shop.drop();
    }
  });

  it('shows in a preview what its restore would change, and nothing is changed by that', async () => {
    const { backups, backUp } = await start();
    const id = await backUp();
    await database.query('DELETE FROM orders WHERE id = 1; CREATE TABLE later (id INT); INSERT INTO later VALUES (1)');
    const before = await checksums(database.name);

    const preview = await backups.previewRestore(id);

    const entry = (name: string): unknown => preview.tables.find(({ table }) => table === name);
    const base = { database: database.name, isEstimate: false, part: null, damage: null };
    expect(entry('orders')).toEqual({ ...base, table: 'orders', rowsNow: 2, rowsAfter: 3, change: 'replaced' });
    expect(entry('later')).toEqual({ ...base, table: 'later', rowsNow: 1, rowsAfter: null, change: 'left as it is' });
    expect(preview.objects).toContainEqual({ database: database.name, kind: 'VIEW', name: 'lamps' });
    expect(
      preview.tables.filter(({ table, change }) => table.startsWith('backup_') && change !== 'left as it is'),
    ).toEqual([]);
    expect(await checksums(database.name)).toEqual(before);
    expect(await backups.getRestoreLog(id)).toEqual([]);
  });
});
