import type { Manifest } from '../../backup-set/manifest.js';
import type { SetIdentities } from '../../encryption/set-key.js';
import { BackupError } from '../../errors/backup.error.js';
import type { StorageConfiguration } from '../../storage/backup-storage.js';
import { EnginePool } from '../engine/engine-pool.js';
import type { EngineLoad } from '../../engine/thread-messages.js';
import { writeDatabaseSettings } from '../database-settings.js';
import { ServerConnection, type ServerAddress } from '../server-connection.js';
import { quoteName } from '../sql.js';
import type { RestoreTarget } from './restore-targets.js';
import { prepareSwap } from './prepare-swap.js';
import { recoverRestore } from './recover-restore.js';
import { Swap } from './swap.js';
import { isFollowed, TableFiller, type LateStatement } from './table-filler.js';
import { markStaging } from './undo-record.js';

export interface RestoreProgress {
  readonly fraction: number;
  /** Plain bytes loaded or proven so far. */
  readonly bytes: number;
}

export interface StagedRestoreOptions {
  readonly address: ServerAddress;
  readonly storageConfiguration: StorageConfiguration;
  readonly manifest: Manifest;
  readonly identities: SetIdentities;
  readonly targets: readonly RestoreTarget[];
  /** 32 hex digits. */
  readonly operation: string;
  readonly threads: number;
  readonly load: EngineLoad;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RestoreProgress) => void;
  /** Called when everything is staged and proven, before anything live is touched. */
  readonly onStaged: () => Promise<void>;
}

/**
 * Fills staging schemas, proves them, and swaps them with the live tables. Until the swap live data is untouched; when
 * anything fails the staging schemas are dropped. The replaced tables stay in the undo schemas.
 *
 * @returns what could not be brought about, a line each
 */
export async function restoreStaged(options: StagedRestoreOptions): Promise<readonly string[]> {
  const connection = await ServerConnection.open(options.address);
  try {
    const late = await stageAll(options, connection);
    options.signal.throwIfAborted();
    await options.onStaged();
    const records = await prepareSwap(connection, options.targets, options.manifest.name, options.operation, late);
    options.signal.throwIfAborted();
    const swap = new Swap(connection, records);
    await swap.swap();
    return swap.shortcomings;
  } catch (error) {
    connection.destroy();
    if (!(await cleanUp(options.address, options.targets))) {
      throw error;
    }
    return [];
  } finally {
    await connection.end();
  }
}

/** Restores into staging schemas and proves every table, as a restore does before it touches anything live, and drops them. */
export async function rehearseRestore(options: Omit<StagedRestoreOptions, 'onStaged'>): Promise<void> {
  const connection = await ServerConnection.open(options.address);
  try {
    await stageAll(options, connection);
  } finally {
    await connection.end();
    await cleanUp(options.address, options.targets);
  }
}

async function stageAll(
  options: Omit<StagedRestoreOptions, 'onStaged'>,
  connection: ServerConnection,
): Promise<Map<RestoreTarget, LateStatement[]>> {
  for (const target of options.targets) {
    await createStagingSchema(connection, target, options);
  }
  return fillSchemas(options, connection, (target) => target.staging);
}

/** Fills a schema for each target and proves it; shared by staged and in-place restores. */
export async function fillSchemas(
  options: Omit<StagedRestoreOptions, 'onStaged' | 'operation'>,
  connection: ServerConnection,
  schemaOf: (target: RestoreTarget) => string,
): Promise<Map<RestoreTarget, LateStatement[]>> {
  let done = 0;
  let total = 1;
  const pool = new EnginePool(
    options.threads,
    {
      storage: options.storageConfiguration,
      address: options.address,
      identities: options.identities,
      load: options.load,
    },
    (progress) => {
      done += progress.bytes;
      options.onProgress({ fraction: Math.min(done / total, 0.99), bytes: done });
    },
    options.signal,
  );
  try {
    const filler = new TableFiller(pool, connection, options.manifest, {
      followed: new Map(
        options.targets.map((target) => [
          schemaOf(target),
          new Set(target.tables.filter(isFollowed).map((table) => table.name)),
        ]),
      ),
      bySource: new Map(options.targets.map((target) => [target.source.name, schemaOf(target)])),
      toLive: new Map(
        options.targets
          .filter((target) => schemaOf(target) !== target.live)
          .map((target) => [schemaOf(target), target.live]),
      ),
    });
    // every byte is handled twice: loaded, and read again for the proof
    total = Math.max(1, 2 * filler.plainBytes(options.targets.flatMap((target) => target.tables)));
    const late = new Map<RestoreTarget, LateStatement[]>();
    for (const target of options.targets) {
      await filler.createSequences(target, schemaOf(target));
    }
    for (const target of options.targets) {
      late.set(target, await filler.fill(target, schemaOf(target)));
    }
    return late;
  } finally {
    await pool.close();
  }
}

async function createStagingSchema(
  connection: ServerConnection,
  target: RestoreTarget,
  options: Pick<StagedRestoreOptions, 'operation'>,
): Promise<void> {
  const { source, staging } = target;
  await connection.query(
    `CREATE DATABASE ${quoteName(staging)} CHARACTER SET ${source.characterSet} COLLATE ${source.collation}`,
  );
  await markStaging(connection, staging, options.operation);
  // the mark is not encrypted; tables are shown with ENCRYPTION where it is not the schema's own
  await writeDatabaseSettings(connection, staging, source);
}

/**
 * Removes what a failed restore left, on a connection of its own: the restore's may be lost.
 *
 * @returns whether the restored tables are live all the same: it failed after the swap
 */
async function cleanUp(address: ServerAddress, targets: readonly RestoreTarget[]): Promise<boolean> {
  try {
    const connection = await ServerConnection.open(address);
    try {
      return (await recoverRestore(connection, targets)).isRestored;
    } finally {
      await connection.end();
    }
  } catch (error) {
    // the server is gone, or its tables are locked: the next command finds the schemas by the operation's record
    if (!(error instanceof BackupError)) {
      throw error;
    }
    return false;
  }
}
