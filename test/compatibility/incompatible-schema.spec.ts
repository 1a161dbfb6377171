import type { Compatibility } from '@app/backup';
import { createCrossServers, type CrossServers } from '../support/cross-servers.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeMysql, testServerUrl, type TestServer } from '../support/test-server.js';

jest.setTimeout(60_000);

const MARIADB: TestServer = { name: 'MariaDB', url: testServerUrl() };
const MAP = 'utf8mb4_0900_ai_ci=utf8mb4_uca1400_ai_ci';

const reasons = (list: Compatibility['incompatible']): string[] =>
  list.map(({ kind, name, reason, remedy }) => `${kind} ${name}: ${reason} [${remedy.kind}]`);

describeMysql('what does not carry over', (mysql) => {
  describe('from MySQL to MariaDB', () => {
    let servers: CrossServers;
    let source: TestDatabase;
    let id: number;

    beforeAll(async () => {
      servers = await createCrossServers(mysql, MARIADB);
      source = await createTestDatabase('odd', mysql.url);
      await source.query(`
        ALTER DATABASE COLLATE utf8mb4_0900_ai_ci;
        CREATE TABLE words (
          word varchar(20) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY, doc json, hidden int INVISIBLE,
          KEY lowered ((lower(word))), KEY unused (hidden) INVISIBLE,
          CONSTRAINT loose CHECK (hidden > 1) NOT ENFORCED
        ) COLLATE utf8mb4_0900_ai_ci;
        INSERT INTO words (word, doc) VALUES ('b', '{"b": 1, "a": 2}'), ('ä', NULL), ('a b', '[]');
        CREATE TABLE prices (id int PRIMARY KEY, doc json) COLLATE utf8mb4_general_ci;
        INSERT INTO prices VALUES (1, '{"a": 9.90}'), (2, JSON_OBJECT('a', CAST('9.90' AS DECIMAL(4,2))));
        CREATE TABLE places (id int PRIMARY KEY, p point NOT NULL SRID 4326) COLLATE utf8mb4_general_ci;
        CREATE VIEW bits AS SELECT bin_to_uuid(uuid_to_bin(u.v)) AS b FROM (SELECT uuid() AS v) AS u;
        CREATE VIEW more_bits AS SELECT b FROM bits;
        CREATE PROCEDURE add_word() INSERT INTO words (word) VALUES ('x') AS fresh ON DUPLICATE KEY UPDATE doc = fresh.doc;
        CREATE PROCEDURE sorted() SELECT word FROM words ORDER BY word COLLATE utf8mb4_0900_ai_ci;
      `);
      id = await servers.carry(source.name);
    });

    afterAll(async () => {
      await dropRestored(servers, source.name);
      await servers.close();
      await source.drop();
    });

    it('is listed by a preview, with what can be done', async () => {
      const { compatibility } = await servers.to.app.backups.previewRestore(id);
      expect(reasons(compatibility.incompatible)).toEqual(
        expect.arrayContaining([
          `database ${source.name}: its default: collation utf8mb4_0900_ai_ci [map-collation]`,
          'table places: column p: spatial reference system 4326 [none]',
          'table prices: its rows: JSON values of types that JSON text does not have, such as DECIMAL and DATE [none]',
          'table words: its default: collation utf8mb4_0900_ai_ci [map-collation]',
          'table words: key lowered: over an expression [skip]',
          'table words: check loose: not enforced [skip]',
          'procedure sorted: its statement: collation utf8mb4_0900_ai_ci [map-collation]',
          'view bits: function uuid_to_bin() [skip]',
        ]),
      );
    });

    it('keeps a restore from writing anything', async () => {
      const { app } = servers.to;
      await expect(app.backups.restore(id)).rejects.toMatchObject({
        code: 'incompatible',
        message: expect.stringMatching(
          /^Cannot restore \S+: \d+ things do not carry over from MySQL 9\S* to MariaDB 10\S*: database .*backup:preview lists all.*--map-collation utf8mb4_0900_ai_ci=utf8mb4_uca1400_ai_ci/,
        ) as string,
      });
      expect(await restoredDatabases(servers, source.name)).toEqual([]);
    });

    it('is refused with a collation that is not there', async () => {
      const mapCollations = ['utf8mb4_0900_ai_ci=utf8mb4_0900_as_ci'];
      await expect(servers.to.app.backups.previewRestore(id, { mapCollations })).rejects.toMatchObject({
        code: 'invalid_option',
      });
    });

    it('is left out, or mapped, by the operator’s leave', async () => {
      const scope = { mapCollations: [MAP], skipIncompatible: true };
      const { compatibility } = await servers.to.app.backups.previewRestore(id, scope);
      expect(reasons(compatibility.incompatible)).toEqual([
        'table places: column p: spatial reference system 4326 [none]',
        'table prices: its rows: JSON values of types that JSON text does not have, such as DECIMAL and DATE [none]',
      ]);
      expect(reasons(compatibility.skipped)).toEqual([
        'table words: key lowered: over an expression [skip]',
        'table words: check loose: not enforced [skip]',
        expect.stringMatching(/^procedure add_word: syntax that this server does not know: AS fresh/),
        'view bits: function bin_to_uuid() [skip]',
        'view bits: function uuid_to_bin() [skip]',
        'view more_bits: it uses bits, which is left out [skip]',
      ]);
      expect(compatibility.provenBySum).toEqual([
        { database: source.name, table: 'words', reason: "its key word is text, whose order is the server's" },
      ]);
    });

    it('does not keep other tables from coming back', async () => {
      const { app, catalog } = servers.to;
      await app.backups.restore(id, { mapCollations: [MAP], skipIncompatible: true, tables: ['words'] });
      const [{ 'Create Table': ddl }] = await catalog.query(`SHOW CREATE TABLE \`${source.name}\`.words`);
      expect(ddl).toContain('`hidden` int(11) INVISIBLE DEFAULT NULL');
      expect(ddl).toContain('KEY `unused` (`hidden`) IGNORED');
      expect(ddl).toContain('COLLATE=utf8mb4_uca1400_ai_ci');
      expect(ddl).not.toContain('lowered');
      const select = `SELECT word, CAST(doc AS char) AS doc FROM \`${source.name}\`.words ORDER BY BINARY word`;
      expect(await catalog.query(select)).toEqual(await source.query(select));
    });
  });

  describe('from MariaDB to MySQL', () => {
    let servers: CrossServers;
    let source: TestDatabase;
    let id: number;

    beforeAll(async () => {
      servers = await createCrossServers(MARIADB, mysql);
      source = await createTestDatabase('odd', MARIADB.url);
      await source.query(`
        ALTER DATABASE COLLATE utf8mb4_general_ci COMMENT 'odd';
        CREATE SEQUENCE numbers;
        CREATE TABLE typed (id uuid PRIMARY KEY, ip inet4, n int DEFAULT nextval(numbers));
        CREATE TABLE squeezed (id int PRIMARY KEY, v varchar(99) COMPRESSED) PAGE_COMPRESSED=1;
        INSERT INTO squeezed VALUES (1, 'a');
        CREATE TABLE collated (word varchar(20) COLLATE utf8mb4_uca1400_ai_ci PRIMARY KEY);
        INSERT INTO collated VALUES ('b'), ('ä'), ('C');
        CREATE TABLE digits (id int PRIMARY KEY, doc json);
        INSERT INTO digits VALUES (1, '{"a": 0.12345678901234567890123}');
        CREATE VIEW shown AS SELECT json_detailed('{}') AS d;
        CREATE FUNCTION counted() RETURNS int BEGIN DECLARE n int DEFAULT 0; FOR i IN 1..3 DO SET n = n + i; END FOR; RETURN n; END;
      `);
      id = await servers.carry(source.name);
    });

    afterAll(async () => {
      await dropRestored(servers, source.name);
      await servers.close();
      await source.drop();
    });

    it('is listed by a preview', async () => {
      const { compatibility } = await servers.to.app.backups.previewRestore(id);
      expect(reasons(compatibility.incompatible)).toEqual([
        `database ${source.name}: its comment [skip]`,
        'table collated: column word: collation utf8mb4_uca1400_ai_ci [map-collation]',
        // 10.11.18 shows it without quotes
        expect.stringMatching(/^table squeezed: table option page_compressed=('?)1\1 \[skip\]$/),
        'table squeezed: column v: its compression [skip]',
        'table typed: column id: type uuid [none]',
        'table typed: column ip: type inet4 [none]',
        'table typed: column n: default from a sequence [none]',
        'sequence numbers: MySQL has no sequences [skip]',
        expect.stringMatching(/^function counted: syntax that this server does not know: FOR i IN/),
        'view shown: function json_detailed() [skip]',
      ]);
    });

    it('restores tables without the way they were stored', async () => {
      await servers.to.app.backups.restore(id, { skipIncompatible: true, tables: ['squeezed'] });
      expect(await servers.to.catalog.query(`SELECT * FROM \`${source.name}\`.squeezed`)).toEqual([{ id: 1, v: 'a' }]);
    });

    it('restores texts under the collation that takes the place of their own', async () => {
      const mapCollations = ['utf8mb4_uca1400_ai_ci=utf8mb4_0900_ai_ci'];
      await servers.to.app.backups.restore(id, { mapCollations, tables: ['collated'] });
      expect(
        await servers.to.catalog.query(
          `SELECT word, COLLATION(word) AS collation FROM \`${source.name}\`.collated ORDER BY word`,
        ),
      ).toEqual(['ä', 'b', 'C'].map((word) => ({ word, collation: 'utf8mb4_0900_ai_ci' })));
    });

    it('fails the proof when JSON loses digits', async () => {
      await expect(servers.to.app.backups.restore(id, { tables: ['digits'] })).rejects.toMatchObject({
        code: 'proof_failed',
      });
      const [{ found }] = await servers.to.catalog.query(
        "SELECT COUNT(*) AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = 'digits'",
        [source.name],
      );
      expect(found).toBe(0);
    });
  });
});

async function restoredDatabases({ to }: CrossServers, name: string): Promise<string[]> {
  const rows = await to.catalog.query(
    'SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ? OR SCHEMA_NAME LIKE ?',
    [name, `${name}\\_%`],
  );
  return rows.map((row) => String(row.name));
}

async function dropRestored(servers: CrossServers, name: string): Promise<void> {
  for (const database of await restoredDatabases(servers, name)) {
    await servers.to.catalog.query(`DROP DATABASE \`${database}\``);
  }
}
