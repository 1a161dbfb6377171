import type { Manifest, TableRecord } from '../../backup-set/manifest.js';
import { hasPrimaryKey } from '../ddl/create-table.js';
import { isWord, tokenize } from '../ddl/ddl-tokenizer.js';
import type { Privileges } from '../privileges.js';
import type { ServerConnection } from '../server-connection.js';
import { restoreBlocked } from './restore.errors.js';
import type { RestoreTarget } from './restore-targets.js';

/** Settings that keep a server from being written to, the strictest first. */
const READ_ONLY = ['innodb_read_only', 'super_read_only', 'read_only'] as const;
/** Privileges of accounts that may write to a read-only server, by the servers' different words. */
const WRITES_ANYWAY = ['SUPER', 'READ ONLY ADMIN', 'READ_ONLY ADMIN', 'CONNECTION_ADMIN'] as const;

/** A setting under which, when it is on, a server does not make some tables, or not as they were. */
interface TableLimit {
  readonly setting: string;
  readonly isAgainst: (table: TableRecord) => boolean;
  readonly because: string;
}

const TABLE_LIMITS: readonly TableLimit[] = [
  {
    setting: 'innodb_force_primary_key',
    // MariaDB takes any unique key of columns that are not null
    isAgainst: ({ ddl, key }) => !hasPrimaryKey(ddl) && key.length === 0,
    because: 'has no primary key, and this server makes none without',
  },
  {
    setting: 'sql_require_primary_key',
    isAgainst: ({ ddl }) => !hasPrimaryKey(ddl),
    because: 'has no primary key, and this server makes none without',
  },
  {
    setting: 'sql_generate_invisible_primary_key',
    isAgainst: ({ ddl }) => !hasPrimaryKey(ddl),
    because: 'has no primary key, and this server would give it one',
  },
  {
    setting: 'innodb_read_only_compressed',
    isAgainst: isCompressed,
    because: 'has ROW_FORMAT=COMPRESSED, which this server only reads',
  },
];

/**
 * Finds what the server's administrator has forbidden for everybody, and this account cannot change for its sessions.
 *
 * @throws BackupError `restore_blocked`
 */
export async function checkServerLimits(
  connection: ServerConnection,
  manifest: Manifest,
  targets: readonly RestoreTarget[],
  privileges: Privileges,
): Promise<void> {
  const isOn = await switches(connection, [...READ_ONLY, ...TABLE_LIMITS.map(({ setting }) => setting)]);
  checkWritable(manifest, isOn, privileges);
  const tables = targets.flatMap((target) => target.tables);
  for (const { setting, isAgainst, because } of TABLE_LIMITS) {
    const refused = isOn(setting) ? tables.find(isAgainst) : undefined;
    if (refused !== undefined) {
      throw restoreBlocked(
        manifest.name,
        `table ${refused.name} ${because}; run SET GLOBAL ${setting} = 0 for the time of the restore, or restore other tables with --table.`,
      );
    }
  }
}

function checkWritable(manifest: Manifest, isOn: (name: string) => boolean, privileges: Privileges): void {
  const setting = READ_ONLY.find(isOn);
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

/** Which of some settings are on; a server need not know them all. */
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
