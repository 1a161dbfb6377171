import type { Manifest } from '../../backup-set/manifest.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { SetObjects, type HeldObject } from '../../backup-set/set-objects.js';
import { verifyQuick } from '../../backup-set/verification.js';
import { Privileges } from '../privileges.js';
import type { ServerConnection } from '../server-connection.js';
import type { ServerInfo } from '../server-info.js';
import { checkPartialRestore } from './partial-restore.js';
import { checkRestorePrivileges } from './restore-privileges.js';
import { hasDataDirectory } from '../ddl/data-directory.js';
import { takesHistory } from '../system-versioning.js';
import { isReadOnlyDatabase } from '../database-settings.js';
import { databaseIsReadOnly, doesNotCarryOver, restoreBlocked } from './restore.errors.js';
import { checkServerLimits } from './server-limits.js';
import type { AdaptedTargets } from '../compatibility/adapt-targets.js';
import type { RestoreTarget } from './restore-targets.js';

/** How a restore is to be done, and what it may do. */
export interface RestoreLeave {
  /** Straight into the live schemas. */
  readonly inPlace: boolean;
  /** Whether tables that the set holds only in part may take the place of live ones. */
  readonly allowPartial: boolean;
  /** 32 hex digits. */
  readonly operation: string;
}

/**
 * Everything that can be known to fail is found here, before anything is written.
 *
 * @throws BackupError `restore_blocked`, `incompatible`, `missing_privilege` or `damaged`
 */
export async function precheckRestore(
  connection: ServerConnection,
  storage: BackupStorage,
  manifest: Manifest,
  { targets, compatibility }: AdaptedTargets,
  { inPlace, allowPartial, operation }: RestoreLeave,
): Promise<void> {
  const { server } = connection;
  // what else is damaged is not in the way
  await verifyQuick(storage, manifest, neededObjects(manifest, targets));
  if (compatibility.incompatible.length > 0) {
    throw doesNotCarryOver(manifest.name, compatibility);
  }
  const privileges = await Privileges.read(connection);
  await checkServerLimits(connection, manifest, targets, privileges);
  await checkRestorePrivileges(connection, manifest.name, targets, inPlace, privileges, operation);
  checkRowLength(manifest, targets, server);
  checkNameCase(manifest, targets, server);
  checkHistory(manifest, targets, server);
  if (!inPlace) {
    checkDataDirectories(manifest, targets, server);
  }
  await checkReadOnly(connection, manifest, targets);
  await checkEngines(connection, manifest, targets);
  await checkTriggerNames(connection, manifest, targets);
  await checkPartialRestore(connection, manifest, targets, allowPartial);
}

/** The objects that hold the rows of what is restored. */
export function neededObjects(manifest: Manifest, targets: readonly RestoreTarget[]): HeldObject[] {
  const objects = new SetObjects(manifest);
  return targets.flatMap(({ tables }) => tables.flatMap(({ ranges }) => ranges.map((range) => objects.of(range))));
}

/** Statements are divided where they are too long for this server; rows cannot be. */
function checkRowLength(manifest: Manifest, targets: readonly RestoreTarget[], server: ServerInfo): void {
  const tables = targets.flatMap((target) => target.tables);
  const tooLong = tables.find((table) => table.longestRow > server.maxAllowedPacket);
  if (tooLong !== undefined) {
    throw restoreBlocked(
      manifest.name,
      `table ${tooLong.name} has a row that needs a statement of ${String(tooLong.longestRow)} bytes and the server's max_allowed_packet is ${String(server.maxAllowedPacket)}; raise it with SET GLOBAL max_allowed_packet.`,
    );
  }
}

function checkNameCase(manifest: Manifest, targets: readonly RestoreTarget[], server: ServerInfo): void {
  const names = targets.flatMap((target) => target.tables.map((table) => table.name));
  if (server.lowerCaseTableNames !== 0 && manifest.server?.lowerCaseTableNames === 0) {
    const folded = names.find((name) => name !== name.toLowerCase());
    if (folded !== undefined) {
      throw restoreBlocked(
        manifest.name,
        `this server folds table names to lower case (lower_case_table_names=${String(server.lowerCaseTableNames)}) and table ${folded} has capitals; restore to a server with lower_case_table_names=0.`,
      );
    }
  }
}

function checkHistory(manifest: Manifest, targets: readonly RestoreTarget[], server: ServerInfo): void {
  const versioned = targets.flatMap((target) => target.tables).find(({ hasHistory }) => hasHistory === true);
  if (versioned !== undefined && !takesHistory(server)) {
    throw restoreBlocked(
      manifest.name,
      `table ${versioned.name} is system-versioned, and only MariaDB 10.11 or later takes the history of such tables back; this server is version ${server.version}.`,
    );
  }
}

/** MariaDB forgets such a table's file when the table moves from one database to another: the old one cannot be dropped then. */
function checkDataDirectories(manifest: Manifest, targets: readonly RestoreTarget[], server: ServerInfo): void {
  const elsewhere = targets
    .flatMap((target) => target.tables)
    .find(({ engine, ddl }) => engine === 'InnoDB' && hasDataDirectory(ddl));
  if (elsewhere !== undefined && server.flavour === 'mariadb') {
    throw restoreBlocked(
      manifest.name,
      `table ${elsewhere.name} has a DATA DIRECTORY, and MariaDB does not move such a table out of a staging schema; restore with --in-place, or other tables with --table.`,
    );
  }
}

async function checkReadOnly(
  connection: ServerConnection,
  manifest: Manifest,
  targets: readonly RestoreTarget[],
): Promise<void> {
  for (const { live } of targets) {
    if (await isReadOnlyDatabase(connection, live)) {
      throw databaseIsReadOnly(manifest.name, live);
    }
  }
}

async function checkEngines(
  connection: ServerConnection,
  manifest: Manifest,
  targets: readonly RestoreTarget[],
): Promise<void> {
  const rows = await connection.query(
    "SELECT ENGINE AS engine FROM information_schema.ENGINES WHERE SUPPORT IN ('YES', 'DEFAULT')",
  );
  const known = new Set(rows.map((row) => String(row.engine).toLowerCase()));
  const missing = targets
    .flatMap((target) => target.tables)
    .find((table) => table.engine !== '' && !known.has(table.engine.toLowerCase()));
  if (missing !== undefined) {
    throw restoreBlocked(
      manifest.name,
      `table ${missing.name} uses the storage engine ${missing.engine}, which this server does not have; install it.`,
    );
  }
}

/** Trigger names are unique in a schema: one on a table that stays would stop the restored one. */
async function checkTriggerNames(
  connection: ServerConnection,
  manifest: Manifest,
  targets: readonly RestoreTarget[],
): Promise<void> {
  for (const target of targets) {
    const names = new Set(
      target.objects.filter((object) => object.kind === 'TRIGGER').map((object) => object.definition.name),
    );
    const placed = new Set(target.tables.map((table) => table.name));
    const rows = await connection.query(
      'SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS tableName FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?',
      [target.live],
    );
    const clash = rows.find((row) => names.has(String(row.name)) && !placed.has(String(row.tableName)));
    if (clash !== undefined) {
      throw restoreBlocked(
        manifest.name,
        `table ${target.live}.${String(clash.tableName)}, which is not restored, has a trigger ${String(clash.name)} that the backup has too; rename or drop it.`,
      );
    }
  }
}
