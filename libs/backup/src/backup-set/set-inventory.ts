import type { BackupStorage } from '../storage/backup-storage.js';
import { anyManifest, type ManifestKind } from './backup-set.js';
import { SET_NAME } from './set-name.js';

/** Which sets a storage holds. What is not named like a set is left out. */
export interface SetInventory {
  /** Names of sets that have a manifest. */
  readonly complete: ReadonlySet<string>;
  /** Names of sets that have none: unfinished, or what is left of deleted ones. */
  readonly unfinished: readonly string[];
}

/** Sets that are asked for at once: most of the time goes into waiting. */
const ASKED_AT_ONCE = 16;

export async function takeInventory(storage: BackupStorage): Promise<SetInventory> {
  const names = (await storage.listSets()).filter((candidate) => SET_NAME.test(candidate)).sort();
  const complete = new Set<string>();
  let likely: ManifestKind | undefined;
  for (let start = 0; start < names.length; start += ASKED_AT_ONCE) {
    const asked = names.slice(start, start + ASKED_AT_ONCE);
    const found = await kindsOf(storage, asked, likely);
    asked.filter((_, index) => found[index] !== null).forEach((name) => complete.add(name));
    likely = found.findLast((kind) => kind !== null) ?? likely;
  }
  return { complete, unfinished: names.filter((name) => !complete.has(name)) };
}

function kindsOf(
  storage: BackupStorage,
  names: readonly string[],
  likely: ManifestKind | undefined,
): Promise<(ManifestKind | null)[]> {
  return Promise.all(names.map((name) => anyManifest(storage, name, likely)));
}

/** When the newest object of a set was written; the beginning of time when there is none. */
export async function lastWrite(storage: BackupStorage, name: string): Promise<Date> {
  let newest = 0;
  for await (const object of storage.list(name)) {
    newest = Math.max(newest, object.modifiedAt.getTime());
  }
  return new Date(newest);
}
