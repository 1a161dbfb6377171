import { numberTables } from './fidelity-numbers.js';
import { oddlyNamedTables, oddlyNamedViews } from './fidelity-names.js';
import { events, sequences, triggers, views } from './fidelity-objects.js';
import { references } from './fidelity-references.js';
import { oraclePackages, routines, type Definers } from './fidelity-routines.js';
import { inSession, quoteName, quoteText, type Query } from './fidelity-session.js';
import { stringTables } from './fidelity-strings.js';
import { structuredTables } from './fidelity-tables.js';
import { valueTables } from './fidelity-values.js';

export interface FidelityDatabase {
  /** The database, the one that it refers to and is referred to by, and an empty one. */
  readonly databases: readonly string[];
  /** Drops all databases and accounts. */
  drop(): Promise<void>;
}

/**
 * Builds a MariaDB database with everything that a logical backup can lose. It takes a few seconds.
 *
 * @param name an existing empty database or none; further databases and the accounts have names that begin with it
 */
export async function createFidelityDatabase(query: Query, name: string): Promise<FidelityDatabase> {
  const [other, empty] = [`${name}_other`, `${name}_empty`];
  const accounts = accountsOf(name);
  await query(
    [
      `CREATE DATABASE IF NOT EXISTS ${quoteName(name)}`,
      `ALTER DATABASE ${quoteName(name)} CHARACTER SET cp1250 COLLATE cp1250_polish_ci`,
      `CREATE DATABASE ${quoteName(other)} CHARACTER SET utf8mb3 COLLATE utf8mb3_czech_ci`,
      `CREATE DATABASE ${quoteName(empty)} CHARACTER SET ucs2 COMMENT 'it''s "empty"'`,
      `CREATE USER ${accounts.odd}, ${accounts.missing}`,
      `CREATE ROLE ${accounts.role}`,
    ].join(';\n'),
  );
  await inSession(query, name, [
    ...sequences(),
    ...numberTables(),
    ...stringTables(),
    ...valueTables(),
    ...structuredTables(),
    ...references(name, other),
    ...oddlyNamedTables(),
    ...routines(other, accounts),
    `ALTER DATABASE CHARACTER SET cp1250 COLLATE cp1250_polish_ci COMMENT ${quoteText('it\'s "a" \\ comment;\nżółć')}`,
    ...triggers(accounts),
    ...views(other, accounts),
    ...oddlyNamedViews(),
    ...events(accounts),
    `DROP USER ${accounts.missing}`,
  ]);
  return {
    databases: [name, other, empty],
    async drop() {
      const drops = [name, other, empty].map((database) => `DROP DATABASE IF EXISTS ${quoteName(database)}`);
      await query(['SET foreign_key_checks=0', ...drops, 'SET foreign_key_checks=DEFAULT'].join(';\n'));
      await query(`DROP USER IF EXISTS ${accounts.odd}; DROP ROLE IF EXISTS ${accounts.role}`);
    },
  };
}

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

function accountsOf(name: string): Definers {
  return {
    odd: `${quoteName(`${name}_o'"żółć`)}@${quoteName('%.example.org')}`,
    missing: `${quoteName(`${name}_missing`)}@localhost`,
    role: quoteName(`${name}_role`),
  };
}
