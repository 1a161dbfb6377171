import type { ServerConnection } from '../server-connection.js';
import type { BinlogPlace, SnapshotTask } from './engine-tasks.js';

/** Opens the transaction that everything is read in. Gives its place in the binary log, where the server knows that. */
export async function beginSnapshot(connection: ServerConnection, { hold }: SnapshotTask): Promise<BinlogPlace | null> {
  await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
  const place = await snapshotPlace(connection);
  for (const table of hold) {
    await connection.query(`SELECT 1 FROM ${table} LIMIT 0`);
  }
  await connection.query('SAVEPOINT taken');
  return place;
}

/**
 * Lets others change the tables that were read since the snapshot, which itself stays: a server keeps a table from being
 * changed as long as a transaction that has read it, and whoever comes to use it then waits behind the one who changes it.
 */
export const RELEASE_TABLES = 'ROLLBACK TO SAVEPOINT taken';

/** @see https://mariadb.com/kb/en/enhancements-for-start-transaction-with-consistent-snapshot/ */
async function snapshotPlace(connection: ServerConnection): Promise<BinlogPlace | null> {
  const rows = await connection.query("SHOW STATUS LIKE 'binlog_snapshot_%'");
  const values = new Map(rows.map((row) => [String(row.Variable_name).toLowerCase(), String(row.Value)]));
  const file = values.get('binlog_snapshot_file') ?? '';
  return file === '' ? null : { file, position: values.get('binlog_snapshot_position') ?? '' };
}
