import type { SnapshotRecord } from '../backup-set/manifest.js';
import type { BinlogPlace } from './engine/engine-tasks.js';
import type { ServerConnection } from './server-connection.js';

/** Where in the binary log a snapshot stands. */
export type Coordinates = Pick<SnapshotRecord, 'gtid' | 'binlogFile' | 'binlogPosition'>;

/** The place that a transaction's own snapshot has in the binary log; nulls where the server does not tell. */
export async function placeCoordinates(connection: ServerConnection, place: BinlogPlace | null): Promise<Coordinates> {
  if (place === null) {
    return { gtid: null, binlogFile: null, binlogPosition: null };
  }
  const [row] = await connection.query('SELECT BINLOG_GTID_POS(?, ?) AS gtid', [place.file, Number(place.position)]);
  const gtid = row.gtid === null || row.gtid === '' ? null : String(row.gtid);
  return { gtid, binlogFile: place.file, binlogPosition: place.position };
}

/** Where in the binary log the snapshot stands; nulls when there is none or it may not be asked for. */
export async function readCoordinates(connection: ServerConnection): Promise<Coordinates> {
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
