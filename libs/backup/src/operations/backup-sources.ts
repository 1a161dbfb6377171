import type { ResolvedBackupOptions } from '../backup.options.js';
import type { BackupType } from '../catalog/catalog.types.js';
import { BackupError } from '../errors/backup.error.js';
import type { RootKind, RootOfKind } from '../files/back-up-roots.js';
import type { FileRoot } from '../files/file-root.js';
import { noRoots } from '../files/files.errors.js';
import { formatChoice } from '../format.js';

/** What a backup is made of. */
export interface BackupSources {
  readonly databases: readonly string[];
  readonly roots: readonly RootOfKind[];
}

/** What each type of backup holds. */
const PARTS: Partial<Record<BackupType, readonly ('databases' | RootKind)[]>> = {
  database: ['databases'],
  files: ['files'],
  configuration: ['configuration'],
  full: ['databases', 'files', 'configuration'],
  incremental: ['databases', 'files', 'configuration'],
};

/** @throws BackupError `unsupported_type` */
export function assertSupportedType(type: BackupType): void {
  partsOf(type);
}

/**
 * The sources of a backup of a type: a full one takes whatever there is.
 *
 * @param databases to back up, where the type has any; none: only the roots of files and configuration
 * @throws BackupError `unsupported_type`, or `invalid_option` when there is nothing of what the type names
 */
export function backupSources(
  type: BackupType,
  databases: readonly string[],
  { files, configuration }: Pick<ResolvedBackupOptions, RootKind>,
): BackupSources {
  const parts = partsOf(type);
  const rootsOf = (kind: RootKind, roots: readonly FileRoot[]): BackupSources['roots'] =>
    parts.includes(kind) ? roots.map((root) => ({ ...root, kind })) : [];
  const sources = {
    databases: parts.includes('databases') ? [...new Set(databases)] : [],
    roots: [...rootsOf('files', files), ...rootsOf('configuration', configuration)],
  };
  if (type === 'database' && sources.databases.length === 0) {
    throw new BackupError('invalid_option', 'There is no database to back up: name at least one.');
  }
  if ((type === 'files' || type === 'configuration') && sources.roots.length === 0) {
    throw noRoots(type);
  }
  if (sources.databases.length === 0 && sources.roots.length === 0) {
    throw new BackupError(
      'invalid_option',
      'Databases are left out, and the application has no files or configuration to back up: name a database, or set file roots.',
    );
  }
  return sources;
}

function partsOf(type: BackupType): readonly ('databases' | RootKind)[] {
  const parts = PARTS[type];
  if (parts === undefined) {
    throw new BackupError(
      'unsupported_type',
      `Backups of type ${JSON.stringify(type)} are not supported by this release: use ${formatChoice(Object.keys(PARTS))}.`,
    );
  }
  return parts;
}
