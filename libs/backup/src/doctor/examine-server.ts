import { missingGrants } from '../database/privilege-needs.js';
import { SchemaReader } from '../database/schema-reader.js';
import { TableFilter } from '../database/selection/table-selection.js';
import { describeAddress, type ServerConnection } from '../database/server-connection.js';
import type { ServerInfo } from '../database/server-info.js';
import { canCoordinate } from '../database/coordinated-snapshot.js';
import type { BackupError } from '../errors/backup.error.js';
import { failure, fine, warning, type DoctorLine } from './doctor-report.js';

/** Clocks may differ by this much without harm, milliseconds. */
const TOLERABLE_SKEW = 2_000;
/** From here on one host takes the operations of another for dead, milliseconds. */
const HARMFUL_SKEW = 60_000;

const EVERYTHING = { include: [], exclude: [], noData: [], where: {} };

export function examineServer({ server, address }: ServerConnection): DoctorLine {
  const name = `${server.flavour === 'mariadb' ? 'MariaDB' : 'MySQL'} ${server.version} at ${describeAddress(address)}`;
  return isOld(server)
    ? warning('server', `${name} has no backup lock: one session reads.`, 'Use MariaDB 10.5 or MySQL 8, or later.')
    : fine('server', `${name} answers.`);
}

/** The server's clock against that of this process. */
export async function examineClock(connection: ServerConnection, clock: () => number): Promise<DoctorLine> {
  const before = clock();
  const [row] = await connection.query('SELECT UNIX_TIMESTAMP(NOW(6)) AS now');
  const after = clock();
  const skew = Math.round(Number(row.now) * 1000 - (before + after) / 2);
  const apart = Math.abs(skew) - (after - before) / 2;
  const message = `The server's clock is ${(Math.abs(skew) / 1000).toFixed(1)} s ${skew < 0 ? 'behind' : 'ahead of'} this host's.`;
  const cure = 'Synchronize both with NTP: schedules, retention and the detection of dead operations go by clocks.';
  if (apart > HARMFUL_SKEW) {
    return { check: 'clock', status: 'error', message, cure };
  }
  return apart > TOLERABLE_SKEW ? warning('clock', message, cure) : fine('clock', message);
}

/** Whether a backup could read everything in these databases, and with several sessions: what it looks at first itself. */
export async function examineBackups(
  connection: ServerConnection,
  databases: readonly string[],
): Promise<readonly DoctorLine[]> {
  const unreadable: BackupError[] = [];
  const nameCase = connection.server.lowerCaseTableNames === 0 ? 'exact' : 'folded';
  const reader = new SchemaReader(connection, new TableFilter(EVERYTHING, nameCase), (error) => {
    unreadable.push(error);
  });
  let tables = 0;
  for (const database of databases) {
    tables += (await reader.read(database)).tables.length;
  }
  if (unreadable.length > 0) {
    return unreadable.map((error) => failure('backup', error));
  }
  const what = `${String(tables)} tables in ${databases.join(', ')} can be read`;
  if ((await canCoordinate(connection)) || isOld(connection.server)) {
    return [fine('backup', `${what}.`)];
  }
  const privileges = connection.server.flavour === 'mariadb' ? ['RELOAD'] : ['RELOAD', 'BACKUP_ADMIN'];
  const grants = await missingGrants(connection, [{ privileges, on: { kind: 'everything' } }]);
  return [warning('backup', `${what}, but by one session only.`, `For several: ${grants}`)];
}

function isOld({ flavour, major, minor }: ServerInfo): boolean {
  return flavour === 'mariadb' ? major < 10 || (major === 10 && minor < 5) : major < 8;
}
