import { numbersTo } from './numbered-rows.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import type { TestServer } from './test-server.js';

export type LedgerQuery = (sql: string) => Promise<Record<string, unknown>[]>;

export const ACCOUNTS = 40;
export const WRITERS = 8;
const START = 1000;

/**
 * Two databases whose rows and definitions belong together at every moment, however they change: whoever reads them at
 * two moments finds a difference.
 */
export interface Ledger {
  readonly server: TestServer;
  readonly url: string;
  readonly books: string;
  readonly branch: string;
  readonly query: LedgerQuery;
  /** Drops both, and everything that was derived from them. */
  readonly remove: () => Promise<void>;
}

/** What gives tickets their numbers, outside of transactions: a sequence, or where there is none a row of its own. */
interface LedgerDialect {
  /** @param name of the sequence, which gives this number next */
  readonly createNumbers: (name: string, next: number) => string;
  readonly takeTicket: string;
  /** An engine that is neither InnoDB nor MyISAM, where the server has one that takes changes. */
  readonly thirdEngine: string;
}

export const LEDGER_DIALECTS: Readonly<Record<TestServer['name'], LedgerDialect>> = {
  MariaDB: {
    createNumbers: (name, next) => `CREATE SEQUENCE ${name} START ${String(next)} NOCACHE`,
    takeTicket: 'INSERT INTO tickets VALUES (NEXTVAL(numbers))',
    thirdEngine: 'Aria',
  },
  MySQL: {
    createNumbers: (name, next) => `CREATE TABLE ${name} SELECT ${String(next)} AS next_not_cached_value`,
    takeTicket: `UPDATE numbers SET next_not_cached_value = LAST_INSERT_ID(next_not_cached_value) + 1;
      INSERT INTO tickets VALUES (LAST_INSERT_ID())`,
    thirdEngine: 'MyISAM',
  },
};

/** @param fillerRows rows of half a kilobyte that make reading take its time */
export async function createLedger(server: TestServer, fillerRows: number): Promise<Ledger> {
  const database: TestDatabase = await createTestDatabase('ledger', server.url);
  const { createNumbers, thirdEngine } = LEDGER_DIALECTS[server.name];
  const books = database.name;
  const branch = `${books}_branch`;
  await database.query(`
    CREATE DATABASE ${branch} CHARACTER SET utf8mb4;
    CREATE TABLE accounts (id INT PRIMARY KEY, balance INT NOT NULL);
    CREATE TABLE ${branch}.accounts LIKE accounts;
    INSERT INTO accounts SELECT seq, ${START} FROM ${numbersTo(ACCOUNTS)};
    INSERT INTO ${branch}.accounts SELECT * FROM accounts;
    CREATE TABLE entries (id INT AUTO_INCREMENT PRIMARY KEY, source INT NOT NULL, target INT NOT NULL, amount INT NOT NULL);
    CREATE TABLE ${branch}.counters (writer INT PRIMARY KEY, transfers INT NOT NULL);
    INSERT INTO ${branch}.counters SELECT seq, 0 FROM ${numbersTo(WRITERS)};
    CREATE TABLE journal (writer INT PRIMARY KEY, transfers INT NOT NULL) ENGINE=MyISAM;
    INSERT INTO journal SELECT * FROM ${branch}.counters;
    CREATE TABLE paper (id INT PRIMARY KEY, value INT NOT NULL) ENGINE=${thirdEngine};
    INSERT INTO paper SELECT seq, 0 FROM ${numbersTo(10)};
    CREATE TABLE tickets (id BIGINT PRIMARY KEY);
    ${createNumbers('numbers', 1)};
    CREATE TABLE twin_a (id INT PRIMARY KEY);
    CREATE TABLE twin_b (id INT PRIMARY KEY);
    INSERT INTO twin_a VALUES (1), (2);
    INSERT INTO twin_b VALUES (4), (8);
    CREATE TABLE parts (id INT PRIMARY KEY) PARTITION BY RANGE (id)
      (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (100));
    INSERT INTO parts VALUES (1), (20);
    CREATE TABLE spare (id INT PRIMARY KEY);
    INSERT INTO spare VALUES (40);
    CREATE TABLE buffer (id INT AUTO_INCREMENT PRIMARY KEY, batch INT NOT NULL);
    CREATE TABLE shape (id INT PRIMARY KEY, v0 INT);
    CREATE TABLE ${branch}.shapes (version INT PRIMARY KEY);
    INSERT INTO ${branch}.shapes VALUES (0);
    CREATE VIEW shape_now AS SELECT v0 AS version FROM shape;
    CREATE TABLE filler (id INT PRIMARY KEY, body VARCHAR(600) NOT NULL);
    INSERT INTO filler SELECT seq, REPEAT(SHA2(seq, 512), 4) FROM ${numbersTo(fillerRows)};
    ANALYZE TABLE filler`);
  const { url } = database;
  return { server, url, books, branch, query: (sql) => database.query(sql), remove: () => database.drop() };
}

/** What does not belong together in two databases that hold the ledger; nothing when they are of one moment. */
export async function ledgerFaults(query: LedgerQuery, books: string, branch: string): Promise<string[]> {
  const value = async (sql: string): Promise<number> => Number(Object.values((await query(sql))[0])[0]);
  const faults: string[] = [];
  const expect = (what: string, found: number, expected: number): void => {
    if (found !== expected) faults.push(`${what}: ${String(found)} instead of ${String(expected)}`);
  };
  const balances = (database: string): Promise<number> => value(`SELECT SUM(balance) FROM ${database}.accounts`);
  const transfers = await value(`SELECT SUM(transfers) FROM ${branch}.counters`);
  expect('money', (await balances(books)) + (await balances(branch)), 2 * ACCOUNTS * START);
  expect('entries', await value(`SELECT COUNT(*) FROM ${books}.entries`), transfers);
  const wrong = await value(
    `SELECT COUNT(*) FROM ${books}.accounts AS account WHERE balance <> ${START}
       - (SELECT COALESCE(SUM(amount), 0) FROM ${books}.entries WHERE source = account.id)
       + (SELECT COALESCE(SUM(amount), 0) FROM ${books}.entries WHERE target = account.id)`,
  );
  expect('accounts that do not agree with their entries', wrong, 0);
  // a writer goes to its journal after each commit
  const journal = await value(
    `SELECT COUNT(*) FROM ${branch}.counters JOIN ${books}.journal USING (writer)
      WHERE CAST(counters.transfers AS SIGNED) - journal.transfers NOT IN (0, 1)`,
  );
  expect('journals (MyISAM) that do not agree with their counters', journal, 0);
  expect('sum of the paper (no transactions either)', await value(`SELECT SUM(value) FROM ${books}.paper`), 0);
  expect(
    'sum of the twins',
    await value(
      `SELECT SUM(id) FROM (SELECT id FROM ${books}.twin_a UNION ALL SELECT id FROM ${books}.twin_b) AS both_`,
    ),
    15,
  );
  expect(
    'sum of the parts',
    await value(`SELECT SUM(id) FROM (SELECT id FROM ${books}.parts UNION ALL SELECT id FROM ${books}.spare) AS all_`),
    61,
  );
  expect('rows of an unfinished batch', (await value(`SELECT COUNT(*) FROM ${books}.buffer`)) % 10, 0);
  const highest = await value(`SELECT COALESCE(MAX(id), 0) FROM ${books}.tickets`);
  const next = await value(`SELECT next_not_cached_value FROM ${books}.numbers`);
  if (next <= highest) faults.push(`sequence gives ${String(next)}, which ticket ${String(highest)} has`);
  faults.push(...(await shapeFaults(query, books, branch)));
  return faults;
}

/** The column is added, then the version is logged, then the view follows, then the old column goes. */
async function shapeFaults(query: LedgerQuery, books: string, branch: string): Promise<string[]> {
  const [{ version }] = await query(`SELECT MAX(version) AS version FROM ${branch}.shapes`);
  const columns = await query(
    `SELECT COLUMN_NAME AS name, TABLE_NAME AS owner FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '${books}' AND COLUMN_NAME LIKE 'v_%' AND TABLE_NAME = 'shape'`,
  );
  const versions = columns.map(({ name }) => Number(String(name).slice(1)));
  const [{ definition }] = await query(
    `SELECT VIEW_DEFINITION AS definition FROM information_schema.VIEWS WHERE TABLE_SCHEMA = '${books}' AND TABLE_NAME = 'shape_now'`,
  );
  const shown = Number(/`v(\d+)`/.exec(String(definition))?.[1]);
  const logged = Number(version);
  const isWhole = versions.includes(logged) && versions.every((each) => each >= logged - 1 && each <= logged + 1);
  const isShown = shown === logged || (shown === logged - 1 && versions.includes(shown));
  return isWhole && isShown
    ? []
    : [`definitions: columns ${versions.join(', ')} and a view of ${String(shown)} at version ${String(logged)}`];
}
