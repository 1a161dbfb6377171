import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { BackupService } from '@app/backup';
import { fingerprint, withoutWording, type Fingerprint, type TableFingerprint } from './fidelity-fingerprint.js';
import { quoteName } from './fidelity-session.js';
import type { RandomDialect } from './random-columns.js';
import { makeRandomSchema, type MadeSchema } from './random-schema.js';
import { restoreByStockClient } from './stock-client.js';

/** Where round trips are made. */
export interface RoundTripGround {
  readonly serverUrl: string;
  readonly dialect: RandomDialect;
  readonly backups: BackupService;
  /** Of backup sets. */
  readonly storageFolder: string;
}

/** How a database comes back. */
export const RETURNS = ['another name', 'dropped before', 'undone', 'stock client'] as const;

export interface RoundTrip {
  readonly seed: number;
  readonly way: (typeof RETURNS)[number];
  readonly made: MadeSchema;
  readonly before: Fingerprint;
  /** Of what came back. */
  readonly after: Fingerprint;
}

/** Makes a schema from a seed, backs it up, lets it come back and takes fingerprints. Leaves no database. */
export async function randomRoundTrip(ground: RoundTripGround, prefix: string, seed: number): Promise<RoundTrip> {
  const name = `${prefix}_${seed}`;
  const copy = `${name}_copy`;
  const way = RETURNS[seed % RETURNS.length];
  try {
    const made = await makeRandomSchema(ground.serverUrl, name, ground.dialect, seed);
    const before = await readFingerprint(ground, name);
    const id = await ground.backups.createBackup('database', { databases: [name] });
    await ground.backups.verifyBackup(id);
    const result = await WAYS[way](ground, id, name, copy);
    return { seed, way, made, before, after: await readFingerprint(ground, result) };
  } finally {
    await dropDatabases(ground.serverUrl, name);
  }
}

/** Brings a backup back and says under which name. */
type Return = (ground: RoundTripGround, id: number, name: string, copy: string) => Promise<string>;

const WAYS: Readonly<Record<RoundTrip['way'], Return>> = {
  'another name': async ({ backups }, id, name, copy) => {
    await backups.restore(id, { databases: [`${name}=${copy}`] });
    return copy;
  },
  'dropped before': async ({ backups, serverUrl }, id, name) => {
    await dropDatabases(serverUrl, name);
    await backups.restore(id);
    return name;
  },
  undone: async ({ backups }, id, name) => {
    await backups.restore(id);
    await backups.undoRestore(id);
    return name;
  },
  'stock client': async ({ backups, serverUrl, storageFolder }, id, name) => {
    const { backupName } = await backups.getBackup(id);
    await dropDatabases(serverUrl, name);
    await restoreByStockClient(storageFolder, { backupName }, serverUrl);
    return name;
  },
};

/** A view's definition is shown with or without its database's name, as that is the session's or not. */
async function readFingerprint({ serverUrl, dialect }: RoundTripGround, database: string): Promise<Fingerprint> {
  const connection = await createConnection({
    uri: serverUrl,
    multipleStatements: true,
    dateStrings: true,
    supportBigNumbers: true,
  });
  try {
    await connection.query(`USE ${quoteName(database)}`);
    if (dialect.flavour === 'mysql') await connection.query('SET information_schema_stats_expiry=0');
    const found = await fingerprint(async (sql, params = []) => {
      const [rows] = await connection.query<RowDataPacket[]>(sql, [...params]);
      return Array.isArray(rows) ? rows : [];
    }, database);
    return {
      ...found,
      database: withoutName(found.database, database),
      tables: Object.fromEntries(Object.entries(withoutWording(found).tables).map(comparable)),
    };
  } finally {
    await connection.end();
  }
}

/** A copy has a name of its own. */
function withoutName(database: Fingerprint['database'], name: string): Fingerprint['database'] {
  return Object.fromEntries(Object.entries(database).map(([key, value]) => [key, String(value).replaceAll(name, '')]));
}

/** MariaDB's CHECKSUM TABLE changes by itself where an address (INET4, UUID) is NULL; the content's hash does not. */
function comparable([name, table]: [string, TableFingerprint]): [string, TableFingerprint] {
  return [name, { ...table, checksum: null }];
}

/** A database and what was derived from it: copies, staging and undo schemas. */
async function dropDatabases(serverUrl: string, name: string): Promise<void> {
  const connection = await createConnection(serverUrl);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(
      'SELECT schema_name AS name FROM information_schema.schemata',
    );
    const names = rows.map((row) => String(row.name)).filter((other) => other === name || other.startsWith(`${name}_`));
    await connection.query('SET foreign_key_checks=0');
    for (const each of names) {
      await connection.query(`DROP DATABASE ${quoteName(each)}`);
    }
  } finally {
    await connection.end();
  }
}
