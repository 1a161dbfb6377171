import type { SnapshotRecord } from '../backup-set/manifest.js';
import { BackupError } from '../errors/backup.error.js';
import { Privileges } from './privileges.js';
import { describeAddress, type ServerConnection } from './server-connection.js';
import type { ServerInfo } from './server-info.js';
import { quoteQualified } from './sql.js';

/** A table outside the snapshot: its engine has no transactions. */
export interface LockedTable {
  readonly database: string;
  readonly name: string;
}

/** What happens at the one moment that every worker sees. */
export interface SnapshotSteps<Schema> {
  /** Reads definitions; no DDL runs meanwhile where the server can be told so. */
  readonly readSchema: () => Promise<Schema>;
  /** Tables that have to be copied before the lock goes. */
  readonly lockedTables: (schema: Schema) => readonly LockedTable[];
  /** Opens the workers' snapshot transactions. */
  readonly beginSnapshots: () => Promise<void>;
  /** Copies the tables that no snapshot covers. */
  readonly copyLocked: (schema: Schema) => Promise<void>;
}

export interface TakenSnapshot<Schema> {
  readonly schema: Schema;
  readonly record: SnapshotRecord;
}

type Coordinates = Pick<SnapshotRecord, 'gtid' | 'binlogFile' | 'binlogPosition'>;

/** Whether this account may take the lock that lets several connections see one moment. */
export async function canCoordinate(connection: ServerConnection, server: ServerInfo): Promise<boolean> {
  const privileges = await Privileges.read(connection);
  const has = (privilege: string): boolean => privileges.everywhere(privilege);
  return server.flavour === 'mariadb'
    ? has('RELOAD') && (server.major > 10 || (server.major === 10 && server.minor >= 5))
    : has('RELOAD') && has('BACKUP_ADMIN') && server.major >= 8;
}

/**
 * Takes the snapshot under the server's backup lock: all workers see one moment, and the lock is held for
 * milliseconds when every table is transactional.
 *
 * @see https://mariadb.com/kb/en/backup-stage/
 * @see https://dev.mysql.com/doc/refman/9.7/en/lock-instance-for-backup.html
 */
export async function takeCoordinatedSnapshot<Schema>(
  connection: ServerConnection,
  server: ServerInfo,
  steps: SnapshotSteps<Schema>,
): Promise<TakenSnapshot<Schema>> {
  const lock = server.flavour === 'mariadb' ? MARIADB_LOCK : MYSQL_LOCK;
  try {
    for (const statement of lock.blockSchemaChanges) {
      await connection.query(statement);
    }
    const schema = await steps.readSchema();
    const lockedAt = performance.now();
    await connection.query(lock.blockCommits);
    await steps.beginSnapshots();
    const coordinates = await readCoordinates(connection, server);
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
 * LOCK TABLES until they are copied.
 */
export async function takeSingleSnapshot<Schema>(
  connection: ServerConnection,
  server: ServerInfo,
  steps: SnapshotSteps<Schema>,
): Promise<TakenSnapshot<Schema>> {
  const schema = await steps.readSchema();
  const locked = steps.lockedTables(schema);
  const lockedAt = performance.now();
  if (locked.length > 0) {
    const tables = locked.map((table) => `${quoteQualified(table.database, table.name)} READ`).join(', ');
    await connection.query(`LOCK TABLES ${tables}`).catch((error: unknown) => {
      throw new BackupError(
        'missing_privilege',
        `${locked[0].database}.${locked[0].name} has no transactions, and ${describeAddress(connection.address)} may not lock it: grant LOCK TABLES on it, or RELOAD on *.*.`,
        { cause: error },
      );
    });
  }
  await steps.beginSnapshots();
  const coordinates = await readCoordinates(connection, server);
  if (locked.length > 0) {
    await steps.copyLocked(schema);
    await connection.query('UNLOCK TABLES');
  }
  const lockMilliseconds = locked.length > 0 ? Math.round(performance.now() - lockedAt) : 0;
  return { schema, record: { consistency: 'single', lockMilliseconds, ...coordinates } };
}

const MARIADB_LOCK = {
  blockSchemaChanges: ['BACKUP STAGE START', 'BACKUP STAGE BLOCK_DDL'],
  blockCommits: 'BACKUP STAGE BLOCK_COMMIT',
  release: 'BACKUP STAGE END',
} as const;

/** The instance lock stays until the connection ends: no DDL can slip in. */
const MYSQL_LOCK = {
  blockSchemaChanges: ['LOCK INSTANCE FOR BACKUP'],
  blockCommits: 'FLUSH TABLES WITH READ LOCK',
  release: 'UNLOCK TABLES',
} as const;

/** Where in the binary log the snapshot stands; nulls when there is none or it may not be asked for. */
async function readCoordinates(connection: ServerConnection, server: ServerInfo): Promise<Coordinates> {
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
