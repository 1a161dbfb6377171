import { isOfRoot, type FileRootRecord, type Manifest } from '../backup-set/manifest.js';
import { placeOf, SetObjects, type HeldObject } from '../backup-set/set-objects.js';
import type { SetIdentities } from '../encryption/set-key.js';
import type { EngineLoad } from '../engine/thread-messages.js';
import type { StorageConfiguration } from '../storage/backup-storage.js';
import type { StoredRoot } from './index-reader.js';
import { FilePool } from './threads/file-pool.js';
import type { NextGroup, SentGroup } from './threads/file-tasks.js';

/** How a set's roots are read. */
export interface ReadingOptions {
  readonly storageConfiguration: StorageConfiguration;
  /** Open the set, and those that it refers to. */
  readonly identities: SetIdentities;
  readonly threads: number;
  readonly load: EngineLoad;
  readonly signal: AbortSignal;
  /** Told the plain bytes handled since the last time. */
  readonly onBytes: (bytes: number) => void;
}

/** A root of a set, with all objects that it is made of. */
export function storedRoot(manifest: Manifest, record: FileRootRecord): StoredRoot {
  const objects = new SetObjects(manifest).all.filter(({ key }) => isOfRoot(key, record));
  return { set: manifest.name, record, objects };
}

/**
 * Takes a root's entries through threads, a group at a time, and at most one group more at once than there are threads. When
 * it resolves, the index is known to be the one that the manifest means.
 *
 * @param work one group; the first failure ends all
 */
export async function withGroups(
  options: ReadingOptions,
  stored: StoredRoot,
  work: (pool: FilePool, group: SentGroup) => Promise<void>,
): Promise<void> {
  const abort = new AbortController();
  const signal = AbortSignal.any([options.signal, abort.signal]);
  const settings = { storage: options.storageConfiguration, identities: options.identities, load: options.load };
  const reader = new FilePool(1, settings, () => undefined, signal);
  const pool = new FilePool(
    options.threads,
    settings,
    ({ bytes }) => {
      options.onBytes(bytes);
    },
    signal,
  );
  const objects = new Map(stored.objects.map((object) => [placeOf(object), object]));
  const running = new Set<Promise<void>>();
  try {
    await reader.run({ kind: 'open index', stored });
    for (let isLast = false; !isLast;) {
      const group = await reader.run({ kind: 'next group' });
      ({ isLast } = group);
      const task: Promise<void> = work(pool, groupOfSet(stored.set, group, objects)).finally(() => {
        running.delete(task);
      });
      running.add(task);
      task.catch((error: unknown) => {
        abort.abort(error);
      });
      if (running.size > options.threads) {
        await Promise.race(running);
      }
    }
    await Promise.all(running);
  } catch (error) {
    abort.abort(error);
    await Promise.allSettled(running);
    throw error;
  } finally {
    await Promise.all([reader.close(), pool.close()]);
  }
}

function groupOfSet(set: string, group: NextGroup, objects: ReadonlyMap<string, HeldObject>): SentGroup {
  const found = group.places.map((place) => objects.get(place));
  return { set, entries: group.entries, objects: found.filter((object) => object !== undefined) };
}
