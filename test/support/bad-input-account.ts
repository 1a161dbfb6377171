import { randomBytes } from 'node:crypto';
import type { ServerAddress } from '@app/backup';
import type { TestDatabase } from './test-database.js';

/** An account of the test server that may do little. */
export interface Account {
  readonly address: ServerAddress;
  /** As messages of the server show it. */
  readonly quoted: string;
  /** As messages of the library show it. */
  readonly shown: string;
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
  for (const grant of grants) {
    await database.query(`GRANT ${grant} TO ${name}`);
  }
  const number = Number(port || '3306');
  return {
    address: { host: hostname, port: number, user, password },
    quoted: name,
    shown: `${user}@${hostname}:${String(number)}`,
    async drop() {
      await database.query(`DROP USER ${name}`);
    },
  };
}
