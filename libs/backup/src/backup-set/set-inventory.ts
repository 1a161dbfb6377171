import type { BackupStorage } from '../storage/backup-storage.js';
import { setExists } from './backup-set.js';
import { SET_NAME } from './manifest.js';

/** Which sets a storage holds. What is not named like a set is left out. */
export interface SetInventory {
  /** Names of sets that have a manifest. */
  readonly complete: ReadonlySet<string>;
  /** Names of sets that have none: unfinished, or what is left of deleted ones. */
  readonly unfinished: readonly string[];
}

export async function takeInventory(storage: BackupStorage): Promise<SetInventory> {
  const complete = new Set<string>();
  const unfinished: string[] = [];
  for (const name of (await storage.listSets()).filter((candidate) => SET_NAME.test(candidate)).sort()) {
    if (await setExists(storage, name)) {
      complete.add(name);
    } else {
      unfinished.push(name);
    }
  }
  return { complete, unfinished };
}

/** When the newest object of a set was written; the beginning of time when there is none. */
export async function lastWrite(storage: BackupStorage, name: string): Promise<Date> {
  let newest = 0;
  for await (const object of storage.list(name)) {
    newest = Math.max(newest, object.modifiedAt.getTime());
  }
  return new Date(newest);
}
