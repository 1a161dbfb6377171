import { numberTables } from './fidelity-numbers.js';
import { oddlyNamedTables, oddlyNamedViews } from './fidelity-names.js';
import { events, sequences, triggers, views } from './fidelity-objects.js';
import { emptyReferences, references, sequenceReferences } from './fidelity-references.js';
import { routines, type Definers } from './fidelity-routines.js';
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
  const databases = [name, other, empty];
  const accounts = accountsOf(name);
  const drop = (): Promise<void> => dropFidelityDatabase(query, databases, accounts);
  try {
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
      ...emptyReferences(),
      ...sequenceReferences(other),
      ...oddlyNamedTables(),
      ...routines(other, accounts),
      `ALTER DATABASE CHARACTER SET cp1250 COLLATE cp1250_polish_ci COMMENT ${quoteText('it\'s "a" \\ comment;\nżółć')}`,
      ...triggers(accounts),
      ...views(other, accounts),
      ...oddlyNamedViews(),
      ...events(accounts),
      `DROP USER ${accounts.missing}`,
    ]);
  } catch (error) {
    await drop();
    throw error;
  }
  return { databases, drop };
}

export async function dropFidelityDatabase(
  query: Query,
  databases: readonly string[],
  { odd, missing, role }: Definers,
): Promise<void> {
  const drops = databases.map((database) => `DROP DATABASE IF EXISTS ${quoteName(database)}`);
  await query(['SET foreign_key_checks=0', ...drops, 'SET foreign_key_checks=DEFAULT'].join(';\n'));
  await query(`DROP USER IF EXISTS ${odd}, ${missing}; DROP ROLE IF EXISTS ${role}`);
}

/** Accounts whose names begin with the database's. */
export function accountsOf(name: string): Definers {
  return {
    odd: `${quoteName(`${name}_o'"żółć`)}@${quoteName('%.example.org')}`,
    missing: `${quoteName(`${name}_missing`)}@localhost`,
    role: quoteName(`${name}_role`),
  };
}
