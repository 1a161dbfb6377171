import { fileRoots, type Manifest } from '../backup-set/manifest.js';
import { RestoreType } from '../catalog/catalog.types.js';
import { fromText, toText } from '../files/byte-path.js';
import { holdsNoFiles } from '../files/restore/file-restore.errors.js';
import { fileTargets, type RootRestore } from '../files/restore/file-targets.js';
import { takeRootsBack, type RestoreRootsOptions } from '../files/restore/restore-roots.js';
import type { ReadingOptions } from '../files/stored-roots.js';
import { undoState } from '../files/restore/take-back.js';
import type { BackupEnvironment } from './backup-environment.js';
import type { OpenedSet } from './found-backups.js';
import { engineLoad } from './load-options.js';
import type { ProgressMeasure } from './operation-progress.js';
import type { RestorePlan } from './operation-plans.js';

/** Which files of a backup, and where to. */
export interface FileScope {
  /** Names of file roots. Default: all, unless databases or tables are chosen. */
  readonly roots?: readonly string[];
  /** Only files that match, with their paths relative to the root: `avatars/**`. Default: all. */
  readonly paths?: readonly string[];
  /**
   * Another folder, which must exist: each root is restored into a folder of its own in there. Default: the folders of the
   * module's options.
   */
  readonly to?: string;
  /**
   * Move aside what is not in the backup, and what is of another kind there; for `undoHours` it can be brought back. Default:
   * false, it stays, and another kind is refused.
   */
  readonly exact?: boolean;
}

interface Scope extends FileScope {
  readonly databases?: readonly string[];
  readonly tables?: readonly string[];
}

/** Whether the databases of a backup are restored: unless only files were asked for. */
export function wantsDatabases({ databases: { length } }: Manifest, scope: Scope): boolean {
  return namesDatabases(scope) || (length > 0 && !namesFiles(scope));
}

/** The files to restore: none when only databases were asked for. @throws BackupError `not_found` or `restore_blocked` */
export function chosenFiles(environment: BackupEnvironment, manifest: Manifest, scope: Scope): RootRestore[] {
  if (namesDatabases(scope) && !namesFiles(scope)) {
    return [];
  }
  const { files, configuration } = environment.options;
  const { roots = [], paths = [], to = null, exact = false } = scope;
  if (namesFiles(scope) && fileRoots(manifest).length === 0) {
    throw holdsNoFiles(manifest.name);
  }
  return fileTargets(manifest, [...files, ...configuration], { roots, paths, to }, exact);
}

export function restoreTypeOf(hasDatabases: boolean, manifest: Manifest, files: readonly RootRestore[]): RestoreType {
  if (files.length === 0) {
    return RestoreType.DATABASE;
  }
  if (hasDatabases) {
    return RestoreType.FULL;
  }
  const isConfiguration = files.every(({ target }) => manifest.configuration.some(({ name }) => name === target.root));
  return isConfiguration ? RestoreType.CONFIGURATION : RestoreType.FILES;
}

/** Folders of files that nobody else may back up or restore meanwhile. */
export function foldersOf(files: readonly RootRestore[]): string[] {
  return files.map(({ target }) => toText(target.base));
}

/** What the catalog keeps of them. */
export function plannedFiles(files: readonly RootRestore[]): NonNullable<RestorePlan['files']> {
  return files.map(({ target }) => ({ root: target.root, folder: toText(target.base) }));
}

/** Takes back what a restore did to files, as its plan says. */
export async function takeFilesBack(
  { options: { storage } }: BackupEnvironment,
  files: RestorePlan['files'],
  operation: string,
): Promise<void> {
  const targets = (files ?? []).map(({ folder }) => ({ base: fromText(folder) }));
  if (targets.length > 0) {
    await takeRootsBack({ storageConfiguration: storage, load: engineLoad({}) }, targets, operation);
  }
}

/**
 * Files of a restore or an undo that was interrupted: they stay where all of them were in place, and the tables that belong
 * to them, and are taken back otherwise.
 *
 * @param databases whether the tables are those of the backup; null when there are none
 */
export async function settleFiles(
  environment: BackupEnvironment,
  files: RestorePlan['files'],
  operation: string,
  databases: boolean | null,
): Promise<{ readonly isRestored: boolean; readonly notes: readonly string[] }> {
  const folders = files ?? [];
  const states = folders.map(({ folder }) => undoState(fromText(folder), operation));
  const isRestored = folders.length > 0 && states.every((state) => state === 'complete') && databases !== false;
  if (isRestored || states.every((state) => state === 'nothing')) {
    return { isRestored, notes: isRestored && databases === null ? ['all files were in place: it is complete'] : [] };
  }
  await takeFilesBack(environment, files, operation);
  return { isRestored: false, notes: [`files in ${folders.map(({ folder }) => folder).join(', ')} were taken back`] };
}

/** Progress by the plain bytes of the roots' objects. */
export function fileProgress(
  files: RestoreRootsOptions['restores'],
  onProgress: (progress: ProgressMeasure) => void,
): (bytes: number) => void {
  const total = fileBytes(files);
  let done = 0;
  return (bytes) => {
    done += bytes;
    onProgress({ fraction: Math.min(done / Math.max(total, 1), 1), bytes: done });
  };
}

/** Plain bytes of the files that are restored. */
export function fileBytes(files: RestoreRootsOptions['restores']): number {
  return files.flatMap(({ stored }) => stored.objects).reduce((sum, { plainSize }) => sum + plainSize, 0);
}

/** How the files of an opened set are read. */
export function readingOf(
  { options }: BackupEnvironment,
  { identities }: OpenedSet,
  { load, signal, threads = options.threads }: Pick<ReadingOptions, 'load' | 'signal'> & { readonly threads?: number },
): Omit<ReadingOptions, 'onBytes'> {
  return { storageConfiguration: options.storage, identities, threads, load, signal };
}

function namesDatabases({ databases = [], tables = [] }: Scope): boolean {
  return databases.length > 0 || tables.length > 0;
}

function namesFiles({ roots = [], paths = [], to, exact }: FileScope): boolean {
  return roots.length > 0 || paths.length > 0 || to !== undefined || exact === true;
}
