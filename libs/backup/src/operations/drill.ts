import { fileRoots } from '../backup-set/manifest.js';
import { adaptTargets } from '../database/compatibility/adapt-targets.js';
import { precheckRestore } from '../database/restore/precheck.js';
import { noDatabases } from '../database/restore/restore.errors.js';
import { restoreTargets, type RestoreTarget } from '../database/restore/restore-targets.js';
import { rehearseRestore } from '../database/restore/staged-restore.js';
import { ServerConnection } from '../database/server-connection.js';
import type { EngineLoad } from '../engine/thread-messages.js';
import type { BackupEnvironment } from './backup-environment.js';
import { drillFiles } from './drill-files.js';
import type { OpenedSet } from './found-backups.js';

export interface DrillOptions {
  readonly targets: readonly RestoreTarget[];
  /** 32 hex digits. */
  readonly operation: string;
  readonly load: EngineLoad;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly fraction: number; readonly bytes: number }) => void;
}

/** The scratch schemas of a drill: those that a restore of the whole set would stage in. */
export function drillTargets(
  { protectedTables }: BackupEnvironment,
  { manifest }: OpenedSet,
  operation: string,
): RestoreTarget[] {
  return restoreTargets(manifest, { databases: [], tables: [] }, protectedTables, operation);
}

/**
 * Restores a set where nobody works, proves every row, definition and file, and drops it all again.
 *
 * @returns seconds that it took from the first check to the last proof and the dropping
 * @throws BackupError as a restore does
 */
export async function drill(environment: BackupEnvironment, set: OpenedSet, options: DrillOptions): Promise<number> {
  const { manifest } = set;
  const startedAt = performance.now();
  const parts = [
    ...(manifest.databases.length === 0 ? [] : [drillDatabases]),
    ...(fileRoots(manifest).length === 0 ? [] : [drillFiles]),
  ];
  let before = 0;
  for (const [index, drillPart] of parts.entries()) {
    let bytes = before;
    const onProgress: DrillOptions['onProgress'] = (progress) => {
      bytes = before + progress.bytes;
      options.onProgress({ fraction: (index + progress.fraction) / parts.length, bytes });
    };
    await drillPart(environment, set, { ...options, onProgress });
    before = bytes;
  }
  return Math.ceil((performance.now() - startedAt) / 1000);
}

/** Restores the databases of a set into scratch schemas, proves every row and definition, and drops them. */
async function drillDatabases(
  environment: BackupEnvironment,
  { manifest, identities }: OpenedSet,
  options: DrillOptions,
): Promise<void> {
  if (manifest.server === null) {
    throw noDatabases(manifest.name);
  }
  const { address, storage, options: settings } = environment;
  const { operation } = options;
  const connection = await ServerConnection.open(address);
  let targets: readonly RestoreTarget[];
  try {
    const consent = { mapCollations: [], skipIncompatible: true };
    const database = environment.protectedTables.database;
    const adapted = await adaptTargets(connection, manifest.server, options.targets, consent, database);
    // nothing live is replaced, so that a part of a table may be restored as well
    await precheckRestore(connection, storage, manifest, adapted, { inPlace: false, allowPartial: true, operation });
    ({ targets } = adapted);
  } finally {
    await connection.end();
  }
  await rehearseRestore({
    ...options,
    targets,
    address,
    storageConfiguration: settings.storage,
    manifest,
    identities,
    threads: settings.threads,
  });
}
