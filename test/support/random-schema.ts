import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { SeededRandom } from '../../apps/host/src/demo/seeded-random.js';
import { ODD_NAMES } from './fidelity-names.js';
import { createdUnder, quoteName, SETTINGS } from './fidelity-session.js';
import { createUnder } from './mysql-old-clients.js';
import type { RandomDialect } from './random-columns.js';
import { randomObjects } from './random-objects.js';
import { randomTable, type RandomTable } from './random-tables.js';

/** How many of the statements a server took. */
export interface MadeSchema {
  readonly tables: number;
  readonly rows: number;
  readonly objects: number;
  /** Why others were refused, by message: mixtures that cannot be. */
  readonly refusals: readonly string[];
}

/** Fills a database that it creates with tables, rows and objects. A seed gives the same ones each time. */
export async function makeRandomSchema(
  serverUrl: string,
  database: string,
  dialect: RandomDialect,
  seed: number,
): Promise<MadeSchema> {
  const random = new SeededRandom(`random schema ${seed}`);
  const connection = await createConnection({ uri: serverUrl, charset: 'utf8mb4' });
  const refusals: string[] = [];
  const refuse = (error: unknown): void => void refusals.push(error instanceof Error ? error.message : String(error));
  const run = async (statement: string): Promise<number> => {
    try {
      const [result] = await connection.query(statement);
      return 'affectedRows' in result ? result.affectedRows : 0;
    } catch (error) {
      refuse(error);
      return -1;
    }
  };
  try {
    const [collation, characterSet] = random.pick(dialect.collations);
    await connection.query(`CREATE DATABASE ${quoteName(database)} CHARACTER SET ${characterSet} COLLATE ${collation}`);
    await connection.query(`USE ${quoteName(database)}`);
    await configure(connection, dialect, random.chance(0.3));
    const tables: RandomTable[] = [];
    let rows = 0;
    for (const name of tableNames(random)) {
      const table = randomTable(random, dialect, name, tables);
      if ((await run(table.create)) >= 0) {
        tables.push(table);
        for (const statement of table.inserts) {
          rows += Math.max(0, await run(statement));
        }
      }
    }
    let objects = 0;
    for (const { settings, create, after } of tables.length === 0 ? [] : randomObjects(random, dialect, tables)) {
      const before = refusals.length;
      if (dialect.flavour === 'mariadb') {
        for (const statement of createdUnder(settings, create)) await run(statement);
      } else {
        await createUnder(serverUrl, database, settings, [create]).catch(refuse);
      }
      for (const statement of after) await run(statement);
      objects += refusals.length === before ? 1 : 0;
    }
    await dropBrokenViews(connection, run);
    return { tables: tables.length, rows, objects, refusals };
  } finally {
    await connection.end();
  }
}

/** A client of another character set loses letters of names: the server makes views that it cannot read. */
async function dropBrokenViews(connection: Connection, run: (statement: string) => Promise<number>): Promise<void> {
  const [views] = await connection.query<RowDataPacket[]>(
    'SELECT TABLE_NAME AS name FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME',
  );
  for (const { name } of views) {
    const view = quoteName(String(name));
    if ((await run(`SELECT * FROM ${view} LIMIT 0`)) < 0) {
      await run(`DROP VIEW ${view}`);
    }
  }
}

/** @param makesKeys whether MySQL gives tables primary keys that nobody sees */
async function configure(connection: Connection, { flavour }: RandomDialect, makesKeys: boolean): Promise<void> {
  const settings =
    flavour === 'mariadb'
      ? SETTINGS
      : [
          ...SETTINGS.map((setting) => setting.replaceAll('utf8mb4_unicode_ci', 'utf8mb4_0900_ai_ci')),
          `SET sql_generate_invisible_primary_key=${makesKeys ? 'ON' : 'OFF'}`,
        ];
  for (const setting of settings) await connection.query(setting);
}

function tableNames(random: SeededRandom): string[] {
  const names = Array.from({ length: random.integer(2, 7) }, (_, index) =>
    random.chance(0.3) ? random.pick(ODD_NAMES) : `table_${index}`,
  );
  return [...new Set(names)];
}
