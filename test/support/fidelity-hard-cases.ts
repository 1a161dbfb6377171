import { oraclePackages } from './fidelity-routines.js';
import { createdUnder, inSession, type Query } from './fidelity-session.js';

/** Adds packages and what else MariaDB takes in sql_mode=ORACLE only. */
export async function createPackages(query: Query, database: string): Promise<void> {
  await inSession(query, database, oraclePackages());
}

/** Adds tables that keep their history, some of it made already. */
export async function createSystemVersionedTables(query: Query, database: string): Promise<void> {
  await inSession(query, database, [
    "SET timestamp=UNIX_TIMESTAMP('2020-01-01')",
    'CREATE TABLE versioned (id int PRIMARY KEY, x varchar(20)) WITH SYSTEM VERSIONING',
    `CREATE TABLE versioned_explicit (id int PRIMARY KEY, x int, unwatched int WITHOUT SYSTEM VERSIONING,
      begins timestamp(6) GENERATED ALWAYS AS ROW START INVISIBLE, ends timestamp(6) GENERATED ALWAYS AS ROW END,
      PERIOD FOR SYSTEM_TIME (begins, ends)) WITH SYSTEM VERSIONING`,
    'CREATE TABLE versioned_partitions (x int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME (PARTITION p0 HISTORY, PARTITION pn CURRENT)',
    "INSERT INTO versioned VALUES (1, 'a'), (2, 'b'), (3, 'c')",
    'INSERT INTO versioned_explicit (id, x, unwatched) VALUES (1, 1, 1), (2, 2, 2)',
    'INSERT INTO versioned_partitions VALUES (1), (2)',
    "SET timestamp=UNIX_TIMESTAMP('2021-01-01 00:00:00.123456')",
    "UPDATE versioned SET x = 'changed' WHERE id = 1",
    'DELETE FROM versioned WHERE id = 2',
    'UPDATE versioned_explicit SET x = 3, unwatched = 3',
    'DELETE FROM versioned_partitions WHERE x = 1',
  ]);
}

/**
 * Adds a table whose definition has letters outside the Basic Multilingual Plane as members and defaults. SHOW CREATE
 * TABLE and information_schema show each as a question mark: a backup must find them another way or refuse.
 */
export async function createFourByteDefinitions(query: Query, database: string): Promise<void> {
  await inSession(query, database, [
    "CREATE TABLE four_bytes (id int PRIMARY KEY, e enum('😀','b'), s set('😀','b'), d varchar(10) DEFAULT '😀') DEFAULT CHARSET=utf8mb4",
    'INSERT INTO four_bytes (id, e, s) VALUES (1, 1, 1), (2, 2, 2)',
  ]);
}

/** Adds views that cannot be read any more: a backup must refuse them or list them as left out. */
export async function createBrokenViews(query: Query, database: string): Promise<void> {
  await inSession(query, database, [
    'CREATE TABLE base_of_broken (id int PRIMARY KEY, x int)',
    'CREATE VIEW without_column AS SELECT id, x FROM base_of_broken',
    'CREATE VIEW without_table AS SELECT id FROM base_of_broken',
    'CREATE VIEW on_broken AS SELECT id FROM without_table',
    'DROP TABLE base_of_broken',
    'CREATE TABLE base_of_broken (x int)',
    'DROP VIEW without_table',
  ]);
}

/**
 * Adds an event's name and a routine's comment that a client of an old character set made. The server shows them in
 * UTF-8 and the body beside them in the client's character set: a backup must re-encode them or refuse.
 */
export async function createMixedEncodings(query: Query, database: string): Promise<void> {
  await inSession(query, database, [
    ...createdUnder({ names: 'latin1' }, "CREATE PROCEDURE commented () COMMENT 'ß' SELECT 'é'"),
    ...createdUnder({ names: 'latin1' }, "CREATE EVENT `été` ON SCHEDULE EVERY 3 MONTH DISABLE DO SELECT 'é'"),
  ]);
}
