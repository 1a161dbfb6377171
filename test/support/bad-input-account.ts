import { randomBytes } from 'node:crypto';
import type { ServerAddress } from '@app/backup';
import type { TestDatabase } from './test-database.js';

/** An account of the test server that may do little. */
export interface Account {
  readonly address: ServerAddress;
  /** As messages of the server show it. */
  readonly quoted: string;
  /** As a GRANT of the library's shows it. */
  readonly granted: string;
  /** As messages of the library show it. */
  readonly shown: string;
  /** @param what such as `SELECT ON shop.*` */
  grant(what: string): Promise<void>;
  revoke(what: string): Promise<void>;
  drop(): Promise<void>;
}

/** @param grants such as `SELECT ON shop.*` */
export async function createAccount(database: TestDatabase, grants: readonly string[]): Promise<Account> {
  const { hostname, port } = new URL(database.url);
  const user = `bad_input_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(8).toString('hex');
  const [{ host }] = await database.query("SELECT SUBSTRING_INDEX(USER(), '@', -1) AS host");
  const name = `'${user}'@'${String(host)}'`;
  await database.query(`CREATE USER ${name} IDENTIFIED BY '${password}'`);
  const number = Number(port || '3306');
  const run = async (statement: string): Promise<void> => {
    await database.query(statement);
  };
  for (const grant of grants) {
    await run(`GRANT ${grant} TO ${name}`);
  }
  return {
    address: { host: hostname, port: number, user, password },
    quoted: name,
    granted: name.replaceAll("'", '`'),
    shown: `${user}@${hostname}:${String(number)}`,
    grant: (what) => run(`GRANT ${what} TO ${name}`),
    revoke: (what) => run(`REVOKE ${what} FROM ${name}`),
    drop: () => run(`DROP USER ${name}`),
  };
}
