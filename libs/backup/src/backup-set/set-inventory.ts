import type { BackupStorage } from '../storage/backup-storage.js';
import { manifestKey } from './backup-set.js';
import { SET_NAME } from './manifest.js';

/** Which sets a storage holds. What is not named like a set is left out. */
export interface SetInventory {
  /** Names of sets that have a manifest. */
  readonly complete: ReadonlySet<string>;
  /** Names of sets that have none: unfinished, or what is left of deleted ones. */
  readonly unfinished: readonly string[];
}

type ManifestKind = 'plain' | 'encrypted';

/** Sets that are asked for at once: most of the time goes into waiting. */
const ASKED_AT_ONCE = 16;

export async function takeInventory(storage: BackupStorage): Promise<SetInventory> {
  const names = (await storage.listSets()).filter((candidate) => SET_NAME.test(candidate)).sort();
  const complete = new Set<string>();
  // sets of one storage are mostly of one kind
  let isEncrypted = false;
  for (let start = 0; start < names.length; start += ASKED_AT_ONCE) {
    const asked = names.slice(start, start + ASKED_AT_ONCE);
    const likely: boolean = isEncrypted;
    const found: readonly (ManifestKind | null)[] = await Promise.all(
      asked.map((name) => manifestOf(storage, name, likely)),
    );
    asked.filter((_, index) => found[index] !== null).forEach((name) => complete.add(name));
    isEncrypted = found.findLast((manifest) => manifest !== null) === 'encrypted';
  }
  return { complete, unfinished: names.filter((name) => !complete.has(name)) };
}

/** What kind of manifest a set has, the likely one asked for first; null: none. */
async function manifestOf(
  storage: BackupStorage,
  name: string,
  isLikelyEncrypted: boolean,
): Promise<ManifestKind | null> {
  for (const isEncrypted of [isLikelyEncrypted, !isLikelyEncrypted]) {
    if ((await storage.stat(manifestKey(name, isEncrypted))) !== null) {
      return isEncrypted ? 'encrypted' : 'plain';
    }
  }
  return null;
}

/** When the newest object of a set was written; the beginning of time when there is none. */
export async function lastWrite(storage: BackupStorage, name: string): Promise<Date> {
  let newest = 0;
  for await (const object of storage.list(name)) {
    newest = Math.max(newest, object.modifiedAt.getTime());
  }
  return new Date(newest);
}
