import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeEachServer } from '../support/test-server.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

const TABLES = 18;
/** The server does not meet itself each time. */
const RESTORES = 4;

describeEachServer('a restore in place by several threads', (server) => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;

  beforeAll(async () => {
    database = await createTestDatabase('in_place', server.url);
    folder = await createBackupFolder();
    const names = Array.from({ length: TABLES }, (_, index) => `t${String(index)}`);
    for (const [index, name] of names.entries()) {
      const parents = [names[(index + 1) % TABLES], names[(index * 7 + 3) % TABLES]];
      await database.query(
        `SET foreign_key_checks=0; CREATE TABLE ${name} (id INT PRIMARY KEY, a INT, b INT, ${parents
          .map(
            (parent, key) => `CONSTRAINT ${name}_${String(key)} FOREIGN KEY (${'ab'[key]}) REFERENCES ${parent} (id)`,
          )
          .join(', ')}); INSERT INTO ${name} VALUES (1, 1, 1)`,
      );
    }
    host = await startModuleHost(database.url, { storage: folder.url, threads: 4 });
  });

  afterAll(async () => {
    await host.app.close();
    await folder.remove();
    await database.drop();
  });

  it('brings back tables that refer to one another, although making them side by side can lock them out', async () => {
    const id = await host.backUp();
    for (let restore = 1; restore <= RESTORES; restore += 1) {
      await database.query('UPDATE t1 SET a = NULL');
      await host.backups.restore(id, { inPlace: true });
      expect(await database.query('SELECT a FROM t1')).toEqual([{ a: 1 }]);
    }
  });
});
