import type { Manifest } from '../backup-set/manifest.js';
import { adaptTargets, type AdaptedTargets } from '../database/compatibility/adapt-targets.js';
import { restoreTargets, type RestoreTarget } from '../database/restore/restore-targets.js';
import { noDatabases } from '../database/restore/restore.errors.js';
import type { ServerConnection } from '../database/server-connection.js';
import { BackupError } from '../errors/backup.error.js';
import type { BackupEnvironment } from './backup-environment.js';
import { assertFitsFiles, type RestoreOptions, type RestoreScope } from './restore-options.js';
import { wantsDatabases } from './restored-files.js';

/** Stands in names of scratch schemas before there is an operation. */
export const NO_OPERATION = '0'.repeat(32);

/**
 * The databases to restore: none when only files were asked for.
 *
 * @param operation stands in the names of their scratch schemas
 * @throws BackupError `not_found` or `invalid_option`
 */
export function chosenDatabases(
  environment: BackupEnvironment,
  manifest: Manifest,
  scope: RestoreOptions,
  operation: string,
): RestoreTarget[] {
  if (!wantsDatabases(manifest, scope)) {
    assertFitsFiles(scope);
    return [];
  }
  if (manifest.databases.length === 0) {
    throw noDatabases(manifest.name);
  }
  return restoreTargets(
    manifest,
    { databases: (scope.databases ?? []).map(databaseMapping), tables: scope.tables ?? [] },
    environment.protectedTables,
    operation,
  );
}

/** The same in the words of the server that they are restored to, as far as it has any. */
export function adaptDatabases(
  environment: BackupEnvironment,
  connection: ServerConnection,
  manifest: Manifest,
  targets: readonly RestoreTarget[],
  { mapCollations = [], skipIncompatible = false }: RestoreScope,
): Promise<AdaptedTargets> {
  const consent = { mapCollations, skipIncompatible };
  if (manifest.server === null) {
    throw noDatabases(manifest.name);
  }
  return adaptTargets(connection, manifest.server, targets, consent, environment.protectedTables.database);
}

/** `old=new`, or a name that stays. @throws BackupError `invalid_option` */
function databaseMapping(text: string): { from: string; to: string } {
  const [from, to = from, ...rest] = text.split('=');
  if (from === '' || to === '' || rest.length > 0) {
    throw new BackupError(
      'invalid_option',
      `${JSON.stringify(text)} names no database: write NAME, or OLD=NEW to restore under another name.`,
    );
  }
  return { from, to };
}
