import type { Manifest, TableRecord } from '../../backup-set/manifest.js';
import { hasPrimaryKey } from '../ddl/create-table.js';
import { isWord, tokenize } from '../ddl/ddl-tokenizer.js';
import type { Privileges } from '../privileges.js';
import type { ServerConnection } from '../server-connection.js';
import { restoreBlocked } from './restore.errors.js';
import type { RestoreTarget } from './restore-targets.js';

/** Privileges of accounts that may write to a read-only server, by the servers' different words. */
const WRITES_ANYWAY = ['SUPER', 'READ ONLY ADMIN', 'READ_ONLY ADMIN', 'CONNECTION_ADMIN'] as const;

/**
 * Finds what the server's administrator has forbidden for everybody.
 *
 * @throws BackupError `restore_blocked`
 */
export async function checkServerLimits(
  connection: ServerConnection,
  manifest: Manifest,
  targets: readonly RestoreTarget[],
  privileges: Privileges,
): Promise<void> {
  const isOn = await switches(connection, [
    'read_only',
    'super_read_only',
    'innodb_read_only',
    'innodb_force_primary_key',
    'sql_require_primary_key',
    'innodb_read_only_compressed',
  ]);
  checkWritable(manifest, isOn, privileges);
  const tables = targets.flatMap((target) => target.tables);
  const setting = ['innodb_force_primary_key', 'sql_require_primary_key'].find(isOn);
  // MariaDB takes any unique key of columns that are not null
  const isKeyed = ({ ddl, key }: TableRecord): boolean =>
    hasPrimaryKey(ddl) || (setting === 'innodb_force_primary_key' && key.length > 0);
  const keyless = setting === undefined ? undefined : tables.find((table) => !isKeyed(table));
  if (setting !== undefined && keyless !== undefined) {
    throw restoreBlocked(
      manifest.name,
      `table ${keyless.name} has no primary key, and this server makes none without; run SET GLOBAL ${setting} = 0 for the time of the restore, or restore other tables with --table.`,
    );
  }
  const compressed = isOn('innodb_read_only_compressed') ? tables.find(isCompressed) : undefined;
  if (compressed !== undefined) {
    throw restoreBlocked(
      manifest.name,
      `table ${compressed.name} has ROW_FORMAT=COMPRESSED, which this server only reads; run SET GLOBAL innodb_read_only_compressed = 0 for the time of the restore.`,
    );
  }
}

function checkWritable(manifest: Manifest, isOn: (name: string) => boolean, privileges: Privileges): void {
  const setting = ['innodb_read_only', 'super_read_only', 'read_only'].find(isOn);
  if (setting === undefined) {
    return;
  }
  if (setting !== 'read_only' || !WRITES_ANYWAY.some((each) => privileges.everywhere(each))) {
    throw restoreBlocked(
      manifest.name,
      `this server is read-only (${setting}), as a replica is; restore on its primary, or end that first.`,
    );
  }
}

/** Which of some global settings are on; a server need not know them all. */
async function switches(connection: ServerConnection, names: readonly string[]): Promise<(name: string) => boolean> {
  const rows = await connection.query('SHOW VARIABLES WHERE Variable_name IN (?)', [names]);
  const on = new Set(
    rows.filter((row) => row.Value !== 'OFF' && row.Value !== '0').map((row) => String(Object.values(row)[0])),
  );
  return (name) => on.has(name);
}

function isCompressed({ ddl }: TableRecord): boolean {
  return tokenize(ddl).some(
    (token, index, tokens) => isWord(token, 'ROW_FORMAT') && isWord(tokens.at(index + 2), 'COMPRESSED'),
  );
}
