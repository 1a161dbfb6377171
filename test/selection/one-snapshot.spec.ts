import { createConnection } from 'mysql2/promise';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { numbersTo } from '../support/numbered-rows.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeEachServer } from '../support/test-server.js';

jest.setTimeout(60_000);

describeEachServer('A backup of several databases', (server) => {
  let catalog: TestDatabase;
  let shop: TestDatabase;
  let blog: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;

  const create = (): Promise<TestDatabase> => createTestDatabase(undefined, server.url);

  beforeAll(async () => {
    [catalog, shop, blog] = [await create(), await create(), await create()];
    for (const { query } of [shop, blog]) {
      await query(`CREATE TABLE padding (id INT PRIMARY KEY, filler TEXT);
        INSERT INTO padding SELECT seq, REPEAT('x', 500) FROM ${numbersTo(4000)};
        CREATE TABLE written (id INT PRIMARY KEY)`);
    }
    folder = await createBackupFolder();
    host = await startModuleHost(catalog.url, { storage: folder.url, databases: [shop.name, blog.name] });
  });

  afterAll(async () => {
    await host.app.close();
    await folder.remove();
    for (const database of [catalog, shop, blog]) await database.drop();
  });

  /** Writes the same number to both databases in one transaction after another, until it is told to stop. */
  async function writeToBoth(isOver: () => boolean, onFirst: () => void): Promise<number> {
    const connection = await createConnection(shop.url);
    let id = 0;
    while (!isOver()) {
      id += 1;
      await connection.beginTransaction();
      await connection.query(`INSERT INTO \`${shop.name}\`.written VALUES (${String(id)})`);
      await connection.query(`INSERT INTO \`${blog.name}\`.written VALUES (${String(id)})`);
      await connection.commit();
      onFirst();
    }
    await connection.end();
    return id;
  }

  it.each([
    ['several sessions', 2],
    ['one session', 1],
  ])('read by %s sees all of them at one moment, whatever is written meanwhile', async (_, threads) => {
    for (const { query } of [shop, blog]) await query('DELETE FROM written');
    let isOver = false;
    const started = Promise.withResolvers<undefined>();
    const writing = writeToBoth(
      () => isOver,
      () => {
        started.resolve(undefined);
      },
    );
    await started.promise;
    const id = await host.backUp({ databases: [shop.name, blog.name], threads });
    isOver = true;
    const last = await writing;

    const copies = [shop, blog].map(({ name }) => `${name}_copy${String(threads)}`);
    await host.backups.restore(id, {
      databases: [`${shop.name}=${copies[0]}`, `${blog.name}=${copies[1]}`],
      tables: ['written'],
    });
    const [first, second] = await Promise.all(
      copies.map(async (name) => {
        const [row] = await shop.query(`SELECT COUNT(*) AS counted, MAX(id) AS newest FROM \`${name}\`.written`);
        return { counted: Number(row.counted), newest: Number(row.newest) };
      }),
    );
    expect(first).toEqual(second);
    expect(first.counted).toBe(first.newest);
    expect(first.newest).toBeGreaterThan(0);
    // the moment lies within the time in which was written
    expect(first.newest).toBeLessThan(last);
  });
});
