import { randomBytes } from 'node:crypto';
import { SetupError } from './setup-error.js';

// The server refuses what the account may not do; these two are about CREATE DATABASE.
const NOT_ALLOWED = new Set(['ER_DBACCESS_DENIED_ERROR', 'ER_ACCESS_DENIED_ERROR']);

/**
 * @typedef {object} DemoDatabase
 * @property {string} name
 * @property {string} url the server's, with this database
 * @property {() => Promise<void>} drop removes it and those derived from it (`<name>_...`, such as a restore's staging)
 */

/**
 * Creates a database under a name of its own, and touches no other.
 *
 * @param {string} serverUrl
 * @returns {Promise<DemoDatabase>}
 */
export async function createDemoDatabase(serverUrl) {
  const name = `backup_demo_${randomBytes(4).toString('hex')}`;
  try {
    await onServer(serverUrl, [`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`]);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && NOT_ALLOWED.has(String(error.code)))) throw error;
    throw new SetupError(
      'The account in DATABASE_URL may not create databases, and the demo needs one of its own: use another account, ' +
        'or unset DATABASE_URL to use a throw-away server.',
      { cause: error },
    );
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { name, url: url.href, drop: () => dropDatabases(serverUrl, name) };
}

/**
 * @param {string} serverUrl
 * @param {string} name
 */
async function dropDatabases(serverUrl, name) {
  // Again, until none is left: a statement of a program that was killed may have made one after the first look.
  for (;;) {
    const databases = await onServer(serverUrl, ['SELECT schema_name AS name FROM information_schema.schemata']);
    const own = databases
      .map((database) => String(database.name))
      .filter((found) => found === name || found.startsWith(`${name}_`));
    if (own.length === 0) return;
    await onServer(serverUrl, [
      'SET foreign_key_checks=0',
      ...own.map((found) => `DROP DATABASE IF EXISTS \`${found}\``),
    ]);
  }
}

/**
 * @param {string} serverUrl
 * @param {readonly string[]} statements
 * @returns {Promise<import('mysql2/promise').RowDataPacket[]>} the rows of the last one
 */
async function onServer(serverUrl, statements) {
  // The dependencies are not there yet when this file is loaded on a fresh machine.
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection(serverUrl);
  try {
    let result;
    for (const sql of statements) [result] = await connection.query(sql);
    return /** @type {import('mysql2/promise').RowDataPacket[]} */ (result);
  } finally {
    await connection.end();
  }
}
