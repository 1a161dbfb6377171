import { createConnection } from 'mysql2/promise';
import { runEach } from './run-each.js';
import { accountsOf, dropFidelityDatabase, type FidelityDatabase } from './fidelity-fixture.js';
import { ODD_NAMES, oddlyNamedTables, oddlyNamedViews } from './fidelity-names.js';
import { references } from './fidelity-references.js';
import { quoteName, type Query } from './fidelity-session.js';
import { createUnderOldSettings } from './mysql-old-clients.js';
import { mysqlEvents, mysqlRoutines, mysqlTriggers, mysqlViews } from './mysql-objects.js';
import { mysqlStrings } from './mysql-strings.js';
import { mysqlTables, numbers } from './mysql-tables.js';
import { mysqlValues } from './mysql-values.js';

/** A check's name is its schema's, and letters' case makes no difference: these tables' checks would be the same ones. */
const NAMES = ODD_NAMES.filter((name) => !['case', 'CASE', `${'x'.repeat(63)}y`].includes(name));

const SETTINGS = [
  'SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci',
  "SET time_zone='+00:00', foreign_key_checks=0, restrict_fk_on_non_standard_key=0",
  "SET sql_mode='STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'",
];

/**
 * Builds a MySQL database with everything that a logical backup can lose. It takes a few seconds.
 *
 * @param url of the server
 * @param name an existing empty database; further databases and the accounts have names that begin with it
 */
export async function createMysqlFidelityDatabase(query: Query, url: string, name: string): Promise<FidelityDatabase> {
  const [other, empty] = [`${name}_other`, `${name}_empty`];
  const databases = [name, other, empty];
  const accounts = accountsOf(name);
  const drop = (): Promise<void> => dropFidelityDatabase(query, databases, accounts);
  try {
    await query(
      [
        `ALTER DATABASE ${quoteName(name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci`,
        `CREATE DATABASE ${quoteName(other)} CHARACTER SET utf8mb3 COLLATE utf8mb3_czech_ci`,
        `CREATE DATABASE ${quoteName(empty)} CHARACTER SET ucs2`,
        `CREATE USER ${accounts.odd}, ${accounts.missing}`,
        `CREATE ROLE ${accounts.role}`,
      ].join(';\n'),
    );
    // one by one: as one of several statements, a definition would keep the semicolon after it
    await runSeparately(url, [
      `USE ${quoteName(name)}`,
      ...SETTINGS,
      ...numbers(),
      ...mysqlTables(),
      ...mysqlValues(),
      ...mysqlStrings(),
      ...references(name, other),
      ...oddlyNamedTables(NAMES),
      ...mysqlRoutines(other, accounts),
      'ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci',
      ...mysqlTriggers(accounts),
      ...mysqlViews(other, accounts),
      ...oddlyNamedViews(NAMES),
      ...mysqlEvents(accounts),
      `DROP USER ${accounts.missing}`,
    ]);
    await createUnderOldSettings(url, name);
  } catch (error) {
    await drop();
    throw error;
  }
  return { databases, drop };
}

async function runSeparately(url: string, statements: readonly string[]): Promise<void> {
  const connection = await createConnection(url);
  try {
    await runEach(connection, statements);
  } finally {
    await connection.end();
  }
}
