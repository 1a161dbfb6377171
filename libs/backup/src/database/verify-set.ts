import { isOutsideRoots, type Manifest } from '../backup-set/manifest.js';
import { placeOf, SetObjects, type HeldObject, type ObjectDamage } from '../backup-set/set-objects.js';
import { assertNoDamage, findMissing } from '../backup-set/verification.js';
import type { SetIdentities } from '../encryption/set-key.js';
import type { BackupStorage, StorageConfiguration } from '../storage/backup-storage.js';
import { EnginePool } from './engine/engine-pool.js';
import type { EngineLoad } from '../engine/thread-messages.js';
import { tableShape } from './table-rows.js';

export interface VerifyOptions {
  readonly storage: BackupStorage;
  readonly storageConfiguration: StorageConfiguration;
  readonly manifest: Manifest;
  /** Those to read. Default: all of the set, and those that it refers to. */
  readonly objects?: readonly HeldObject[];
  readonly identities: SetIdentities;
  readonly threads: number;
  readonly load: EngineLoad;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly fraction: number; readonly bytes: number }) => void;
}

/**
 * Reads the objects of a set but those of its file roots: both hashes, and the counts of rows and statements.
 *
 * @throws BackupError `damaged`, which says what is lost and what is whole
 */
export async function verifyFull(options: VerifyOptions): Promise<void> {
  const { manifest } = options;
  const objects = new SetObjects(manifest);
  const chosen = (options.objects ?? objects.all).filter(({ key }) => isOutsideRoots(key, manifest));
  const missing = await findMissing(options.storage, chosen);
  const gone = new Set(missing.map(({ object }) => object));
  const readable = chosen.filter((object) => !gone.has(object));
  const total = Math.max(
    1,
    readable.reduce((sum, object) => sum + object.plainSize, 0),
  );
  let done = 0;
  const pool = new EnginePool(
    options.threads,
    // no task of a verification opens a session
    {
      storage: options.storageConfiguration,
      address: { user: '' },
      identities: options.identities,
      load: options.load,
    },
    (progress) => {
      done += progress.bytes;
      options.onProgress({ fraction: Math.min(done / total, 0.99), bytes: done });
    },
    options.signal,
  );
  const ranges = new Map(
    manifest.databases
      .flatMap((database) => database.tables)
      .flatMap((table) => table.ranges.map((range) => [placeOf(objects.of(range)), { table, range }] as const)),
  );
  try {
    const checks = readable.map(async (object): Promise<ObjectDamage[]> => {
      const found = ranges.get(placeOf(object));
      const shape = found === undefined ? null : tableShape(found.table);
      const { rows, statements, damage } = await pool.run({ kind: 'check', object, shape });
      if (damage !== null) {
        return [{ object, reason: damage }];
      }
      return found !== undefined && (rows !== found.range.rows || statements !== found.range.statements)
        ? [{ object, reason: 'does not hold as many rows as the manifest says' }]
        : [];
    });
    await Promise.allSettled(checks);
    assertNoDamage(manifest, [...missing, ...(await Promise.all(checks)).flat()]);
  } finally {
    await pool.close();
  }
}
