import { createFidelityDatabase, type FidelityDatabase } from '../support/fidelity-fixture.js';
import { fingerprint, type Fingerprint } from '../support/fidelity-fingerprint.js';
import {
  createBrokenViews,
  createFourByteDefinitions,
  createPackages,
  createSystemVersionedTables,
} from '../support/fidelity-hard-cases.js';
import { quoteName } from '../support/fidelity-session.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

jest.setTimeout(60_000);

/** Small changes of a database, each of which a fingerprint must show. */
const CHANGES: readonly (readonly [what: string, statements: string])[] = [
  ['a row', "INSERT INTO small_001 VALUES (99, 'new')"],
  ['one more of two equal rows', "INSERT INTO no_key VALUES (1, 'a')"],
  ['two equal rows instead of two others', "UPDATE no_key SET a = 1, b = 'a' WHERE b = 'A' LIMIT 1"],
  ['NULL instead of an empty string', 'UPDATE texts SET x = NULL WHERE id = 0'],
  ['one letter’s case', "UPDATE small_002 SET name = 'Row' WHERE id = 2"],
  ['a trailing space', "UPDATE texts SET v = ' leading and trailing' WHERE id = 2"],
  ['a byte at the end of 15 MiB', "UPDATE large_rows SET raw = CONCAT(LEFT(raw, 15728639), 'x') WHERE id = 1"],
  ['a trailing zero byte', "UPDATE binaries SET x = x'0000' WHERE id = 3"],
  ['the last bit of a FLOAT', 'UPDATE floats SET value = 0.10000000894069672e0 WHERE id = 1'],
  ['the last bit of a DOUBLE', 'UPDATE doubles SET value = 0.30000000000000010e0 WHERE id = 4'],
  ['a denormal FLOAT', 'UPDATE floats SET value = 0 WHERE id = 10'],
  ['the sign of zero', 'UPDATE negative_zero SET value = 0 WHERE id = 0'],
  [
    'the last digit of a DECIMAL',
    'UPDATE decimals SET longest = longest - 0.000000000000000000000000000001 WHERE id = 1',
  ],
  ['the highest bit of BIT(64)', "UPDATE bits SET b64 = b64 ^ b'1' << 63 WHERE b1 = 1"],
  ['a microsecond', "UPDATE temporals SET dt6 = '9999-12-31 23:59:59.000001' WHERE id = 2"],
  ['an hour that looks the same', "SET time_zone='+00:00'; UPDATE twice SET at = '2024-10-27 01:30:00' WHERE id = 1"],
  ['the error value of an ENUM', "UPDATE enums SET with_empty = '' WHERE id = 3"],
  ['a member of a SET', "UPDATE sets SET with_empty = 'a' WHERE id = 3"],
  ['the SRID of a shape', 'UPDATE shapes SET p = POINT(0.1, -1e308) WHERE id = 1'],
  ['the SRID of a column', 'ALTER TABLE shapes MODIFY p point REF_SYSTEM_ID=4326'],
  ['the text of a JSON document', "UPDATE documents SET j = '[1,2]' WHERE id = 3"],
  ['an invisible column', "UPDATE generated SET secret = 's2' WHERE id = 1"],
  ['the rows of a MEMORY table', 'DELETE FROM in_memory'],
  ['AUTO_INCREMENT', 'ALTER TABLE counter_ahead AUTO_INCREMENT=5000'],
  ['AUTO_INCREMENT of an empty table', 'ALTER TABLE counter_high AUTO_INCREMENT=18446744073709551001'],
  ['a default', "ALTER TABLE small_003 ALTER name SET DEFAULT ''"],
  ['a comment', "ALTER TABLE small_003 COMMENT 'x'"],
  ['a collation', 'ALTER TABLE small_003 MODIFY name varchar(20) COLLATE cp1250_bin'],
  ['visibility', 'ALTER TABLE small_003 MODIFY name varchar(20) INVISIBLE'],
  ['a check', 'ALTER TABLE checked DROP CONSTRAINT two'],
  ['an index', 'ALTER TABLE no_key DROP KEY b'],
  ['whether an index is ignored', 'ALTER TABLE indexed ALTER KEY hidden NOT IGNORED'],
  ['a foreign key', "ALTER TABLE tree DROP FOREIGN KEY `odd's ``fk`"],
  ['a partition', 'ALTER TABLE by_hash COALESCE PARTITION 1'],
  ['an engine', 'ALTER TABLE in_aria ENGINE=InnoDB'],
  ['a table', 'DROP TABLE empty_table'],
  ['the case of a table’s name', 'RENAME TABLE small_004 TO SMALL_004'],
  ['a sequence’s next value', 'DO NEXTVAL(uncached)'],
  ['a sequence’s round', 'DO SETVAL(cycled, 3, 0, 5)'],
  ['a sequence’s limits', 'ALTER SEQUENCE untouched MAXVALUE 5'],
  ['a view’s statement', 'ALTER VIEW z_base AS SELECT id, parent FROM tree'],
  ['a view’s security', 'ALTER SQL SECURITY INVOKER VIEW constants AS SELECT 1 AS `1`'],
  ['a view’s character set', 'SET NAMES latin1; ALTER VIEW temptable AS SELECT 1 AS id; SET NAMES utf8mb4'],
  ['the columns that a view shows', 'ALTER TABLE tree MODIFY parent bigint'],
  ['a routine’s body', 'CREATE OR REPLACE FUNCTION twice (n int) RETURNS int DETERMINISTIC NO SQL RETURN 2 * n'],
  [
    'a routine’s sql_mode',
    "SET sql_mode='ANSI_QUOTES'; CREATE OR REPLACE FUNCTION twice (n int) RETURNS int DETERMINISTIC NO SQL RETURN n * 2; SET sql_mode=DEFAULT",
  ],
  ['a routine’s comment', "ALTER FUNCTION twice COMMENT 'x'"],
  ['a routine’s definer', 'CREATE OR REPLACE DEFINER=nobody PROCEDURE by_odd () SELECT 1'],
  ['a package', "SET sql_mode='ORACLE'; DROP PACKAGE BODY tools; SET sql_mode=DEFAULT"],
  ['a trigger', 'DROP TRIGGER on_myisam'],
  [
    'the order of triggers',
    'CREATE OR REPLACE TRIGGER by_odd AFTER INSERT ON tree FOR EACH ROW FOLLOWS by_missing SET @x = 1',
  ],
  ['a trigger’s body', 'CREATE OR REPLACE TRIGGER on_myisam AFTER DELETE ON in_myisam FOR EACH ROW SET @x = 2'],
  ['an event', 'DROP EVENT past_end'],
  ['whether an event is enabled', 'ALTER EVENT far_future DISABLE'],
  [
    'an event’s time zone',
    "SET time_zone='+02:00'; ALTER EVENT disabled ON SCHEDULE EVERY 1 HOUR; SET time_zone=DEFAULT",
  ],
  ['the database’s collation', 'ALTER DATABASE COLLATE cp1250_bin'],
  ['the database’s comment', "ALTER DATABASE COMMENT 'x'"],
];

describe('fidelity fixture', () => {
  let database: TestDatabase;
  let fixture: FidelityDatabase;
  let before: Fingerprint;

  beforeAll(async () => {
    database = await createTestDatabase();
    fixture = await createFidelityDatabase(database.query, database.name);
    await createPackages(database.query, database.name);
  });

  afterAll(async () => {
    await fixture.drop();
    await database.drop();
  });

  it('has everything in it', async () => {
    before = await fingerprint(database.query, database.name);
    const counts = Object.entries(before).map(([kind, entries]) => [kind, Object.keys(entries as object).length]);
    expect(Object.fromEntries(counts)).toMatchObject({
      sequences: 10,
      views: 68,
      routines: 39,
      triggers: 38,
      events: 31,
    });
    expect(Object.keys(before.tables).length).toBeGreaterThan(350);
  });

  it('has the same fingerprint whenever it is taken', async () => {
    expect(await fingerprint(database.query, database.name)).toEqual(before);
  });

  it('has three databases, one of them empty', async () => {
    const [, other, empty] = await Promise.all(fixture.databases.map((name) => fingerprint(database.query, name)));
    expect(other).toMatchObject({ tables: { far: { rows: 2 } }, views: { a_far_view: {} } });
    expect(empty).toMatchObject({ tables: {}, views: {}, routines: {} });
  });

  describe('a fingerprint shows a change of', () => {
    beforeAll(async () => {
      // Taking a fingerprint for each change is fast without the tables that none of them is about.
      const others = Object.keys(before.tables).filter((name) => !CHANGES.some(([, sql]) => sql.includes(name)));
      const dropped = others.map((name) => quoteName(name)).join(', ');
      await database.query(`SET foreign_key_checks=0; DROP TABLE ${dropped}; SET foreign_key_checks=DEFAULT`);
      before = await fingerprint(database.query, database.name);
    });

    it.each(CHANGES)('%s', async (_, statements) => {
      await database.query(statements);
      const after = await fingerprint(database.query, database.name);
      expect(after).not.toEqual(before);
      before = after;
    });
  });

  it('can have tables with history, whose old rows count too', async () => {
    await createSystemVersionedTables(database.query, database.name);
    const { tables } = await fingerprint(database.query, database.name);
    expect(tables).toMatchObject({ versioned: { rows: 4 }, versioned_explicit: { rows: 4 } });
    await database.query('DELETE HISTORY FROM versioned_explicit');
    expect((await fingerprint(database.query, database.name)).tables.versioned_explicit.rows).toBe(2);
  });

  it('can have definitions that the server shows wrongly or not at all', async () => {
    await createFourByteDefinitions(database.query, database.name);
    await createBrokenViews(database.query, database.name);
    const { tables, views } = await fingerprint(database.query, database.name);
    expect(String(tables.four_bytes.create['Create Table'])).toContain("enum('?','b','it''s ?')");
    expect(views).toMatchObject({ without_column: { columns: [] }, on_broken: { columns: [] } });
    await database.query("UPDATE four_bytes SET e = 'b' WHERE id = 1");
    expect((await fingerprint(database.query, database.name)).tables.four_bytes).not.toEqual(tables.four_bytes);
  });
});
