import { ServerConnection } from '../../libs/backup/src/database/server-connection.js';
import { identityKey } from '../../libs/backup/src/database/table-identities.js';
import { TableWatch } from '../../libs/backup/src/database/table-watch.js';
import { createAccount, type Account } from '../support/bad-input-account.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeMysql } from '../support/test-server.js';

describe('A watch over tables by an account that does not see the ids of InnoDB', () => {
  let database: TestDatabase;
  let account: Account;
  let connection: ServerConnection;

  beforeAll(async () => {
    database = await createTestDatabase();
    account = await createAccount(database, [`SELECT ON ${database.name}.*`]);
    connection = await ServerConnection.open(account.address);
    await database.query('CREATE TABLE numbered (id INT AUTO_INCREMENT PRIMARY KEY, word VARCHAR(10))');
  });

  afterAll(async () => {
    await connection.end();
    await account.drop();
    await database.drop();
  });

  beforeEach(() => database.query("INSERT INTO numbered (word) VALUES ('one'), ('two'), ('three')"));

  it('notices that a table was emptied, whose time of creation stays as it was', async () => {
    const watch = await TableWatch.start(connection, [database.name]);
    await database.query('TRUNCATE TABLE numbered');
    const [{ ddl }] = await shown();
    await expect(watch.confirm([{ database: database.name, name: 'numbered', ddl }])).rejects.toMatchObject({
      code: 'table_changed',
    });
  });

  it('takes rows that are added for no change, and notes the number that comes next', async () => {
    const watch = await TableWatch.start(connection, [database.name]);
    const [{ ddl }] = await shown();
    const table = { database: database.name, name: 'numbered', ddl };
    await database.query("INSERT INTO numbered (id, word) VALUES (76, 'more')");
    await watch.confirm([table]);
    expect(watch.definition(table)).toContain('AUTO_INCREMENT=77');
  });

  it('sees that a table was in no list while it was described, as happens while tables change places', async () => {
    const watch = await TableWatch.start(connection, [database.name]);
    const key = identityKey(database.name, 'numbered');
    expect(await watch.isUnchanged([], new Set())).toBe(false);
    expect(await watch.isUnchanged([], new Set([key]))).toBe(true);
  });

  async function shown(): Promise<{ ddl: string }[]> {
    const rows = await database.query('SHOW CREATE TABLE numbered');
    return rows.map((row) => ({ ddl: String(row['Create Table']) }));
  }
});

describeMysql('A watch over tables of MySQL', (server) => {
  it('takes a counter that falls for no change: partitioned tables count anew when they are opened', async () => {
    const database = await createTestDatabase('counted', server.url);
    const { hostname, port, username, password } = new URL(server.url);
    const connection = await ServerConnection.open({ host: hostname, port: Number(port), user: username, password });
    // at one and the same time, so that nothing but the counter tells them apart
    const atOnce = (statement: string): Promise<unknown> => database.query(`SET timestamp=1700000000; ${statement}`);
    try {
      await atOnce(
        'CREATE TABLE p (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=50 PARTITION BY KEY () PARTITIONS 2',
      );
      const [row] = await database.query('SHOW CREATE TABLE p');
      const table = { database: database.name, name: 'p', ddl: String(row['Create Table']) };
      const watch = await TableWatch.start(connection, [database.name]);
      await atOnce('ALTER TABLE p AUTO_INCREMENT=7');
      await watch.confirm([table]);
      expect(watch.definition(table)).toContain('AUTO_INCREMENT=7');
    } finally {
      await connection.end();
      await database.drop();
    }
  });
});
