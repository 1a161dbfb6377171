import { createConnection, type Connection } from 'mysql2';
import { allDifferences, fingerprint } from '../../scripts/demo-fingerprint.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const SETUP = `
  CREATE TABLE things (id int PRIMARY KEY AUTO_INCREMENT, name varchar(20), bytes blob, weight float);
  INSERT INTO things VALUES (1, 'one', x'00', 0.5), (2, NULL, '', 16777216);
  CREATE TABLE others (a int, b int, PRIMARY KEY (b, a));
  INSERT INTO others VALUES (1, 2), (2, 1);
  CREATE TABLE backup_history (id int PRIMARY KEY);
  CREATE VIEW seen AS SELECT id FROM things;
  CREATE FUNCTION twice (n int) RETURNS int RETURN n * 2;
  CREATE TRIGGER watch BEFORE INSERT ON things FOR EACH ROW SET @x = 1;
  CREATE EVENT yearly ON SCHEDULE EVERY 1 YEAR DISABLE DO SET @x = 1`;

// A demo whose comparison cannot fail would prove nothing.
describe('the demo’s comparison', () => {
  let database: TestDatabase;
  let connection: Connection;

  beforeEach(async () => {
    database = await createTestDatabase();
    await database.query(SETUP);
    connection = createConnection(database.url);
  });

  afterEach(async () => {
    connection.destroy();
    await database.drop();
  });

  it.each([
    ['the same rows written again', 'UPDATE things SET id = id', []],
    ['a row of the catalog', 'INSERT INTO backup_history VALUES (1)', []],
    ['a row', "INSERT INTO things VALUES (3, 'x', 'y', 1)", ['table things (rows, checksum, content, definition)']],
    ['a byte', "UPDATE things SET bytes = x'01' WHERE id = 1", ['table things (checksum, content)']],
    ['NULL or empty', "UPDATE things SET name = '' WHERE id = 2", ['table things (checksum, content)']],
    ['a definition', "ALTER TABLE others COMMENT 'x'", ['table others (definition)']],
    ['a table', 'DROP TABLE others', ['table others (missing)']],
    ['a new table', 'CREATE TABLE more (id int PRIMARY KEY)', ['table more (new)']],
    ['a view', 'ALTER VIEW seen AS SELECT id + 1 AS id FROM things', ['view seen']],
    ['a function', 'DROP FUNCTION twice', ['function twice']],
    ['a trigger', 'DROP TRIGGER watch', ['trigger watch']],
    ['an event', 'ALTER EVENT yearly ENABLE', ['event yearly']],
  ])('sees %s', async (_what, statement, expected) => {
    const before = await fingerprint(connection, new AbortController().signal);
    await database.query(statement);
    const now = await fingerprint(connection, new AbortController().signal);

    expect(allDifferences(before, now)).toEqual(expected);
  });
});
