import type { FileRootRecord, Manifest, ObjectRecord, ServerRecord, SnapshotRecord } from '../backup-set/manifest.js';
import type { ObjectFormat } from '../backup-set/object-format.js';
import type { RootCommands } from '../backup-set/files-readme.js';
import { FlushAhead } from '../backup-set/flush-ahead.js';
import { dumpDatabases } from '../database/dump-databases.js';
import { EarlierTables } from '../database/earlier-tables.js';
import type { TableSelection } from '../database/selection/table-selection.js';
import type { EngineLoad } from '../engine/thread-messages.js';
import { backUpRoots, type BackedUpRoot } from '../files/back-up-roots.js';
import { isBundle } from '../files/index-entry.js';
import type { BackupBase } from './backup-bases.js';
import type { BackupEnvironment } from './backup-environment.js';
import type { BackupSources } from './backup-sources.js';
import { ContentProgress, type StoreProgress } from './content-progress.js';

/** What is in a set, besides what describes it. */
export type SetContent = Pick<
  Manifest,
  'server' | 'snapshot' | 'databases' | 'files' | 'configuration' | 'objects' | 'warnings'
> & {
  /** What a restore by hand needs to know of the file roots. */
  readonly commands: readonly RootCommands[];
};

export interface StoreOptions {
  readonly sources: BackupSources;
  readonly selection: TableSelection;
  readonly set: string;
  /** The set to build on; null: everything is stored. */
  readonly base: Pick<BackupBase, 'manifest' | 'files'> | null;
  /** Path of a copy of a root's index that this host can read; null: none is wanted. */
  readonly indexCopyOf: (folder: string) => string | null;
  /** Whether tables are divided finely, for incremental backups to come. */
  readonly hasFineRanges: boolean;
  readonly format: ObjectFormat;
  readonly threads: number;
  readonly load: EngineLoad;
  readonly allowPartial: boolean;
  readonly signal: AbortSignal;
  /** Plain bytes that there will be, going by an earlier set; null: nobody knows. */
  readonly expectedBytes: number | null;
  readonly onProgress: (progress: StoreProgress) => void;
}

interface PartOptions extends StoreOptions {
  /** Told of objects that are complete. */
  readonly onStored: (objects: readonly ObjectRecord[]) => void;
}

/** Of the server, what a set keeps. */
interface DatabasePart {
  readonly server: ServerRecord;
  readonly snapshot: SnapshotRecord;
  readonly databases: Manifest['databases'];
  readonly objects: readonly ObjectRecord[];
  readonly warnings: readonly string[];
}

/** Writes the objects of a set's sources: databases first, so that the files that their rows name are there afterwards. */
export async function storeContent(environment: BackupEnvironment, options: StoreOptions): Promise<SetContent> {
  const ahead = new FlushAhead(environment.storage, options.set);
  const content = await storeParts(environment, { ...options, onStored: ahead.add });
  await ahead.done();
  return content;
}

async function storeParts(environment: BackupEnvironment, options: PartOptions): Promise<SetContent> {
  const { databases, roots } = options.sources;
  const parts = new ContentProgress(options);
  const onProgress = (progress: StoreProgress): void => {
    parts.databases(progress);
  };
  const dumped = databases.length > 0 ? await storeDatabases(environment, { ...options, onProgress }) : null;
  const stored =
    roots.length > 0
      ? await backUpRoots({
          ...options,
          roots,
          earlier: options.base?.files ?? null,
          storageConfiguration: environment.options.storage,
          onProgress: (progress) => {
            parts.files(progress);
          },
        })
      : { files: [], configuration: [], warnings: [] };
  const all = [...stored.files, ...stored.configuration];
  return {
    server: dumped?.server ?? null,
    snapshot: dumped?.snapshot ?? null,
    databases: dumped?.databases ?? [],
    files: stored.files.map(recordOf),
    configuration: stored.configuration.map(recordOf),
    objects: [...(dumped?.objects ?? []), ...all.flatMap(({ objects }) => objects)],
    warnings: [...(dumped?.warnings ?? []), ...stored.warnings],
    commands: all.map(commandsOf),
  };
}

async function storeDatabases(
  { storage, options: { storage: storageConfiguration, rangeBytes }, address }: BackupEnvironment,
  options: PartOptions,
): Promise<DatabasePart> {
  const { server, snapshot, databases, objects, warnings } = await dumpDatabases({
    ...options,
    earlier: options.base === null ? null : new EarlierTables(options.base.manifest),
    address,
    databases: options.sources.databases,
    storage,
    storageConfiguration,
    rangeBytes,
  });
  const { flavour, version, lowerCaseTableNames } = server;
  return { server: { flavour, version, lowerCaseTableNames }, snapshot, databases: [...databases], objects, warnings };
}

function recordOf({ record }: BackedUpRoot): FileRootRecord {
  return record;
}

function commandsOf({ record: { name, folder, index, path }, objects, large }: BackedUpRoot): RootCommands {
  const bundles = objects.flatMap(({ set, key }) => (set !== undefined && isBundle(key) ? [{ set, key }] : []));
  const hasBundles = objects.some(({ set, key }) => set === undefined && isBundle(key));
  return { name, folder, path, index, hasBundles, earlierBundles: bundles, large };
}
