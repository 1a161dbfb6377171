import { objectDamaged } from '../backup-set/backup-set.errors.js';
import { objectsOutsideRoots, type Manifest } from '../backup-set/manifest.js';
import { verifyQuick } from '../backup-set/verification.js';
import type { BackupStorage, StorageConfiguration } from '../storage/backup-storage.js';
import { EnginePool } from './engine/engine-pool.js';
import type { EngineLoad } from '../engine/thread-messages.js';
import { tableShape } from './table-rows.js';

export interface VerifyOptions {
  readonly storage: BackupStorage;
  readonly storageConfiguration: StorageConfiguration;
  readonly manifest: Manifest;
  /** The set's own; null when it is not encrypted. */
  readonly identity: string | null;
  readonly threads: number;
  readonly load: EngineLoad;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly fraction: number; readonly bytes: number }) => void;
}

/**
 * Reads every object of a set but those of its file roots: both hashes, and the counts of rows and statements.
 *
 * @throws BackupError `damaged` naming the first object that is not what was written
 */
export async function verifyFull(options: VerifyOptions): Promise<void> {
  const { manifest } = options;
  await verifyQuick(options.storage, manifest);
  const objects = objectsOutsideRoots(manifest);
  const total = Math.max(
    1,
    objects.reduce((sum, object) => sum + object.plainSize, 0),
  );
  let done = 0;
  const pool = new EnginePool(
    options.threads,
    // no task of a verification opens a session
    { storage: options.storageConfiguration, address: { user: '' }, identity: options.identity, load: options.load },
    (progress) => {
      done += progress.bytes;
      options.onProgress({ fraction: Math.min(done / total, 0.99), bytes: done });
    },
    options.signal,
  );
  const ranges = new Map(
    manifest.databases
      .flatMap((database) => database.tables)
      .flatMap((table) => table.ranges.map((range) => [range.object, { table, range }] as const)),
  );
  try {
    const checks = objects.map(async (object) => {
      const found = ranges.get(object.key);
      const shape = found === undefined ? null : tableShape(found.table);
      const counted = await pool.run({ kind: 'check', set: manifest.name, object, shape });
      if (found !== undefined && (counted.rows !== found.range.rows || counted.statements !== found.range.statements)) {
        throw objectDamaged(manifest.name, object.key, 'does not hold as many rows as the manifest says');
      }
    });
    await Promise.allSettled(checks);
    await Promise.all(checks);
  } finally {
    await pool.close();
  }
}
