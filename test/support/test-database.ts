import { randomBytes } from 'node:crypto';
import { createConnection, createPool, type RowDataPacket } from 'mysql2/promise';
import { runEach } from './run-each.js';
import { testServerUrl } from './test-server.js';

export interface TestDatabase {
  readonly name: string;
  /** URL of the server with this database. */
  readonly url: string;
  /** Runs one or more statements; resolves with the rows of a single SELECT or SHOW, else with none. */
  query(sql: string, params?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Drops the database and those derived from it (`<name>_...`, such as a restore's staging), and closes all connections. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database on a server that `npm test` provides.
 *
 * @param prefix start of its name, when the name matters to the test
 * @param server URL of the server
 */
export async function createTestDatabase(
  prefix = 'nestjs_backup_test',
  server = testServerUrl(),
): Promise<TestDatabase> {
  const name = `${prefix}_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;

  await changeServer(server, `CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`);
  // Dates as text and exact big numbers, so that comparing rows compares what the server holds.
  const pool = createPool({ uri: url.href, multipleStatements: true, dateStrings: true, supportBigNumbers: true });

  return {
    name,
    url: url.href,
    async query(sql, params = []) {
      const [rows] = await pool.query<RowDataPacket[]>(sql, [...params]);
      return Array.isArray(rows) ? rows : [];
    },
    async drop() {
      await pool.end();
      for (const derived of await databasesOf(server, name)) await changeServer(server, `DROP DATABASE \`${derived}\``);
    },
  };
}

async function databasesOf(server: string, name: string): Promise<string[]> {
  const rows = await onServer(server, 'SELECT schema_name AS name FROM information_schema.schemata');
  return rows.map((row) => String(row.name)).filter((other) => other === name || other.startsWith(`${name}_`));
}

async function changeServer(server: string, statement: string): Promise<void> {
  const connection = await createConnection(server);
  try {
    // databases that refer to each other go in any order
    await runEach(connection, ['SET foreign_key_checks=0', statement]);
  } finally {
    await connection.end();
  }
}

async function onServer(server: string, sql: string): Promise<RowDataPacket[]> {
  const connection = await createConnection(server);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await connection.end();
  }
}
