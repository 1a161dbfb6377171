import { createCrossServers, type CrossServers } from '../support/cross-servers.js';
import { PLAIN_SCHEMA, PLAIN_TABLES } from '../support/plain-schema.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeMysql, testServerUrl, type TestServer } from '../support/test-server.js';

jest.setTimeout(60_000);

const MARIADB: TestServer = { name: 'MariaDB', url: testServerUrl() };

describeMysql('a plain schema', (mysql) => {
  describe('that goes from MariaDB to MySQL', () => {
    goesAcross(MARIADB, mysql);
  });

  describe('that goes from MySQL to MariaDB', () => {
    goesAcross(mysql, MARIADB);
  });
});

function goesAcross(from: TestServer, to: TestServer): void {
  let servers: CrossServers;
  let source: TestDatabase;
  let id: number;

  beforeAll(async () => {
    servers = await createCrossServers(from, to);
    source = await createTestDatabase('plain', from.url);
    await source.query(
      `SET sql_mode='NO_ENGINE_SUBSTITUTION'; SET collation_connection=utf8mb4_general_ci;
       ALTER DATABASE COLLATE utf8mb4_general_ci; ${PLAIN_SCHEMA}`,
    );
    id = await servers.carry(source.name);
  });

  afterAll(async () => {
    const { catalog } = servers.to;
    for (const { name } of await derived(catalog, source.name))
      await catalog.query(`DROP DATABASE \`${String(name)}\``);
    await servers.close();
    await source.drop();
  });

  it('is said to carry over, and which tables are proven by their sum', async () => {
    const { compatibility } = await servers.to.app.backups.previewRestore(id);
    expect(compatibility).toMatchObject({ incompatible: [], skipped: [] });
    expect(compatibility.from).toMatch(new RegExp(`^${from.name} \\d`));
    expect(compatibility.to).toMatch(new RegExp(`^${to.name} \\d`));
    const bySum = compatibility.provenBySum.map(({ table }) => table).toSorted();
    expect(bySum).toEqual([...(from.name === 'MariaDB' ? ['documents'] : []), 'listed', 'old_engine', 'strings']);
  });

  it('comes back with the same values', async () => {
    await servers.to.app.backups.restore(id);
    for (const [table, columns] of PLAIN_TABLES) {
      const select = `SELECT ${columns} FROM \`${source.name}\`.\`${table}\` AS t`;
      const [before, after] = [await source.query(select), await servers.to.catalog.query(select)];
      expect({ table, rows: comparable(after) }).toEqual({ table, rows: comparable(before) });
    }
  });

  it('has columns of JSON that take nothing else, whatever the server calls them', async () => {
    const { catalog } = servers.to;
    await expect(
      catalog.query(`INSERT INTO \`${source.name}\`.documents VALUES (9, 'no JSON', '{}')`),
    ).rejects.toThrow();
  });

  it('has routines, triggers and events that work', async () => {
    const { catalog } = servers.to;
    const [routine] = await catalog.query(`SELECT \`${source.name}\`.next_of(4) AS next`);
    const [events] = await catalog.query(
      'SELECT COUNT(*) AS found FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?',
      [source.name],
    );
    await catalog.query(`INSERT INTO \`${source.name}\`.strings VALUES ('loud', 1)`);
    const [trigger] = await catalog.query(`SELECT word FROM \`${source.name}\`.strings WHERE word = 'loud'`);
    expect([routine.next, events.found, trigger.word]).toEqual([5, 1, 'LOUD']);
  });

  it('is known again by its definitions', async () => {
    const { tables } = await servers.to.app.backups.previewRestore(id);
    expect(tables.map(({ change }) => change)).toEqual(tables.map(() => 'replaced'));
  });

  it('is taken back by an undo', async () => {
    await servers.to.app.backups.undoRestore(id);
    expect(await derived(servers.to.catalog, source.name)).toEqual([]);
  });
}

async function derived(catalog: TestDatabase, name: string): Promise<Record<string, unknown>[]> {
  return catalog.query(
    'SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ? OR SCHEMA_NAME LIKE ?',
    [name, `${name}\\_%`],
  );
}

/** Rows in an order of their own, JSON by what it says. */
function comparable(rows: readonly Record<string, unknown>[]): string[] {
  return rows
    .map((row) =>
      JSON.stringify(row, (key, value: unknown) => (isDocument(key, value) ? (JSON.parse(value) as unknown) : value)),
    )
    .map((text) => JSON.stringify(sorted(JSON.parse(text))))
    .toSorted();
}

function isDocument(key: string, value: unknown): value is string {
  return (key === 'doc' || key === 'more') && typeof value === 'string';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
