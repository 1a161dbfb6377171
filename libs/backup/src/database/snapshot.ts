import type { SnapshotRecord } from '../backup-set/manifest.js';
import { BackupError } from '../errors/backup.error.js';
import { definitionsChanging, lockNotAllowed } from './database.errors.js';
import type { BinlogPlace } from './engine/engine-tasks.js';
import { takeInTurns } from './lock-turns.js';
import { missingGrants } from './privilege-needs.js';
import { Privileges } from './privileges.js';
import { describeAddress, ServerConnection } from './server-connection.js';
import { quoteQualified } from './sql.js';

/** A table outside the snapshot: its engine has no transactions. */
export interface LockedTable {
  readonly database: string;
  readonly name: string;
}

/** What happens at the one moment that every worker sees. */
export interface SnapshotSteps<Schema> {
  /** Reads definitions. */
  readonly readSchema: () => Promise<Schema>;
  /** Whether the definitions still stand as they were read. */
  readonly isUnchanged: (schema: Schema) => Promise<boolean>;
  /** Tables that have to be copied before the lock goes. */
  readonly lockedTables: (schema: Schema) => readonly LockedTable[];
  /**
   * Opens the workers' snapshot transactions. Gives the place in the binary log of a single one, where it knows that.
   *
   * @param changes whether definitions can change until the tables are read
   */
  readonly beginSnapshots: (schema: Schema, changes: 'possible' | 'blocked') => Promise<BinlogPlace | null>;
  /** Lets go of what the snapshots hold. */
  readonly dropSnapshots: () => Promise<void>;
  /** Reads what goes on outside of transactions, as sequences do: not before the moment. */
  readonly readSequences: (schema: Schema) => Promise<void>;
  /** Copies the tables that no snapshot covers. */
  readonly copyLocked: (schema: Schema) => Promise<void>;
}

export interface TakenSnapshot<Schema> {
  readonly schema: Schema;
  readonly record: SnapshotRecord;
}

type Coordinates = Pick<SnapshotRecord, 'gtid' | 'binlogFile' | 'binlogPosition'>;

/** How often definitions may change while a single connection takes its snapshot. */
const MOST_ATTEMPTS = 10;

/** Whether this account may take the lock that lets several connections see one moment. */
export async function canCoordinate(connection: ServerConnection): Promise<boolean> {
  const { server } = connection;
  const privileges = await Privileges.read(connection);
  const has = (privilege: string): boolean => privileges.everywhere(privilege);
  return server.flavour === 'mariadb'
    ? has('RELOAD') && (server.major > 10 || (server.major === 10 && server.minor >= 5))
    : has('RELOAD') && has('BACKUP_ADMIN') && server.major >= 8;
}

/**
 * Takes the snapshot under the server's backup lock: all workers see one moment, and the lock is held for
 * milliseconds when every table is transactional. Definitions are read beforehand, and again under the lock only when
 * they have changed.
 *
 * @see https://mariadb.com/kb/en/backup-stage/
 * @see https://dev.mysql.com/doc/refman/9.7/en/lock-instance-for-backup.html
 */
export async function takeCoordinatedSnapshot<Schema>(
  connection: ServerConnection,
  steps: SnapshotSteps<Schema>,
): Promise<TakenSnapshot<Schema>> {
  const lock = connection.server.flavour === 'mariadb' ? MARIADB_LOCK : MYSQL_LOCK;
  let schema = await steps.readSchema();
  let lockedAt = 0;
  const take = async (): Promise<void> => {
    for (const statement of lock.blockSchemaChanges) {
      await connection.query(statement);
    }
    schema = (await steps.isUnchanged(schema)) ? schema : await steps.readSchema();
    lockedAt = performance.now();
    await connection.query(lock.blockCommits);
  };
  const letGo = async (): Promise<void> => {
    for (const statement of lock.letGo) {
      // an attempt may have failed before there was anything to let go
      await connection.query(statement).catch(() => []);
    }
  };
  try {
    await takeInTurns(connection, take, letGo);
    await steps.beginSnapshots(schema, lock.changes);
    const coordinates = await readCoordinates(connection);
    await steps.readSequences(schema);
    if (steps.lockedTables(schema).length > 0) {
      await steps.copyLocked(schema);
    }
    await connection.query(lock.release);
    const lockMilliseconds = Math.round((performance.now() - lockedAt) * 10) / 10;
    return { schema, record: { consistency: 'parallel', lockMilliseconds, ...coordinates } };
  } catch (error) {
    throw lockTimeout(error, connection);
  }
}

/**
 * Takes the snapshot with one connection and no privilege but SELECT. Tables without transactions are held by
 * LOCK TABLES until they are copied. Nothing keeps definitions from changing meanwhile: then it is taken anew.
 *
 * @throws BackupError `busy` when definitions keep changing
 */
export async function takeSingleSnapshot<Schema>(
  connection: ServerConnection,
  steps: SnapshotSteps<Schema>,
): Promise<TakenSnapshot<Schema>> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const schema = await steps.readSchema();
    // a session that has locked tables sees no others
    const locked = steps.lockedTables(schema);
    const holder = locked.length > 0 ? await ServerConnection.open(connection.address) : null;
    try {
      const lockedAt = performance.now();
      if (holder !== null) {
        await lockTables(holder, locked);
      }
      const place = await steps.beginSnapshots(schema, 'possible');
      if (await isFreeAndUnchanged(schema, steps)) {
        await steps.readSequences(schema);
        const coordinates = await placeCoordinates(connection, place);
        if (locked.length > 0) {
          await steps.copyLocked(schema);
        }
        const lockMilliseconds = locked.length > 0 ? Math.round(performance.now() - lockedAt) : 0;
        return { schema, record: { consistency: 'single', lockMilliseconds, ...coordinates } };
      }
      await steps.dropSnapshots();
    } finally {
      await holder?.end();
    }
  }
  throw definitionsChanging(connection.address);
}

/** Who waits here for somebody that changes a table may be waited for by him: the snapshot holds some tables. */
async function isFreeAndUnchanged<Schema>(schema: Schema, steps: SnapshotSteps<Schema>): Promise<boolean> {
  try {
    return await steps.isUnchanged(schema);
  } catch (error) {
    if (error instanceof BackupError && error.code === 'busy') {
      return false;
    }
    throw error;
  }
}

async function lockTables(holder: ServerConnection, tables: readonly LockedTable[]): Promise<void> {
  const list = tables.map((table) => `${quoteQualified(table.database, table.name)} READ`).join(', ');
  try {
    await takeInTurns(holder, async () => {
      await holder.query(`LOCK TABLES ${list}`);
    });
  } catch (error) {
    throw error instanceof BackupError && error.code === 'missing_privilege'
      ? lockNotAllowed(tables[0].database, tables[0].name, holder.address, await lockGrants(holder, tables), error)
      : lockTimeout(error, holder);
  }
}

function lockGrants(connection: ServerConnection, locked: readonly LockedTable[]): Promise<string> {
  return missingGrants(
    connection,
    locked.map(({ database }) => ({ privileges: ['LOCK TABLES'], on: { kind: 'database', database } })),
  );
}

const MARIADB_LOCK = {
  blockSchemaChanges: ['BACKUP STAGE START', 'BACKUP STAGE BLOCK_DDL'],
  blockCommits: 'BACKUP STAGE BLOCK_COMMIT',
  release: 'BACKUP STAGE END',
  letGo: ['BACKUP STAGE END'],
  changes: 'possible',
} as const;

/** The instance lock stays until the connection ends: no DDL can slip in. */
const MYSQL_LOCK = {
  blockSchemaChanges: ['LOCK INSTANCE FOR BACKUP'],
  blockCommits: 'FLUSH TABLES WITH READ LOCK',
  release: 'UNLOCK TABLES',
  letGo: ['UNLOCK TABLES', 'UNLOCK INSTANCE'],
  changes: 'blocked',
} as const;

/** The place that a transaction's own snapshot has in the binary log; nulls where the server does not tell. */
async function placeCoordinates(connection: ServerConnection, place: BinlogPlace | null): Promise<Coordinates> {
  if (place === null) {
    return { gtid: null, binlogFile: null, binlogPosition: null };
  }
  const [row] = await connection.query('SELECT BINLOG_GTID_POS(?, ?) AS gtid', [place.file, Number(place.position)]);
  const gtid = row.gtid === null || row.gtid === '' ? null : String(row.gtid);
  return { gtid, binlogFile: place.file, binlogPosition: place.position };
}

/** Where in the binary log the snapshot stands; nulls when there is none or it may not be asked for. */
async function readCoordinates(connection: ServerConnection): Promise<Coordinates> {
  const { server } = connection;
  const ask = async (sql: string): Promise<Readonly<Record<string, unknown>>> => {
    const rows = await connection.query(sql).catch(() => []);
    return rows[0] ?? {};
  };
  const isModernMysql = server.flavour === 'mysql' && (server.major > 8 || (server.major === 8 && server.minor >= 2));
  const status = await ask(isModernMysql ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS');
  const gtids = await ask(
    server.flavour === 'mariadb' ? 'SELECT @@gtid_binlog_pos AS gtid' : 'SELECT @@gtid_executed AS gtid',
  );
  const text = (value: unknown): string | null =>
    (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : null;
  return { gtid: text(gtids.gtid), binlogFile: text(status.File), binlogPosition: text(status.Position) };
}

function lockTimeout(error: unknown, connection: ServerConnection): unknown {
  if (error instanceof BackupError && error.code === 'busy') {
    return new BackupError(
      'busy',
      `The backup lock on ${describeAddress(connection.address)} was not free in time: a long statement, a migration or another backup holds it; try again when it is done.`,
      { cause: error.cause },
    );
  }
  return error;
}
