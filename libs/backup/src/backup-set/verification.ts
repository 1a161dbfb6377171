import { lockKind } from '../encryption/set-key.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { setDamaged, setIncomplete } from './backup-set.errors.js';
import { README, type Manifest } from './manifest.js';
import { isEncrypted } from './object-format.js';
import { placeOf, SetObjects, type HeldObject, type ObjectDamage } from './set-objects.js';
import { readSetKey, SET_KEY } from './stored-set-key.js';
import { tablesByDamage } from './tables-by-damage.js';

const STATS_AT_ONCE = 16;

/**
 * Every object of the manifest is there with its stored size, also those that it refers to in other sets.
 *
 * @param objects those to look at; default: all
 * @throws BackupError `damaged`, which says what is lost and what is whole
 */
export async function verifyQuick(
  storage: BackupStorage,
  manifest: Manifest,
  objects: readonly HeldObject[] = new SetObjects(manifest).all,
): Promise<void> {
  assertNoDamage(manifest, await findMissing(storage, objects));
}

/** @throws BackupError `damaged` when there is any */
export function assertNoDamage(manifest: Manifest, damages: readonly ObjectDamage[]): void {
  if (damages.length > 0) {
    throw setDamaged(manifest.name, damages, tablesByDamage(manifest, damages));
  }
}

/** The objects that are not there with their stored size, in the order they were given in. */
export async function findMissing(
  storage: BackupStorage,
  objects: readonly HeldObject[],
): Promise<readonly ObjectDamage[]> {
  const keyless = await setsWithoutKey(storage, objects);
  const remaining = objects.entries();
  const damages: (ObjectDamage | undefined)[] = [];
  const drain = async (): Promise<void> => {
    for (const [index, object] of remaining) {
      const found = await storage.stat(placeOf(object));
      if (found === null) {
        damages[index] = { object, reason: 'is missing' };
      } else if (found.size !== object.size) {
        const reason = `is ${String(found.size)} bytes long instead of ${String(object.size)}`;
        damages[index] = { object, reason };
      } else if (keyless.has(object.set) && isEncrypted(object.key)) {
        damages[index] = { object, reason: 'cannot be decrypted, for its set has lost key.age' };
      }
    }
  };
  await Promise.all(Array.from({ length: STATS_AT_ONCE }, drain));
  return damages.filter((damage) => damage !== undefined);
}

async function setsWithoutKey(storage: BackupStorage, objects: readonly HeldObject[]): Promise<ReadonlySet<string>> {
  const encrypted = new Set(objects.filter(({ key }) => isEncrypted(key)).map(({ set }) => set));
  const found = await Promise.all(
    [...encrypted].map(async (set) => ({ set, key: await storage.stat(`${set}/${SET_KEY}`) })),
  );
  return new Set(found.filter(({ key }) => key === null).map(({ set }) => set));
}

/**
 * What can be said of an encrypted set without a key: its objects hold as many bytes as were written, and its key is
 * there.
 *
 * @param expectedBytes of all objects and the manifest, as the catalog says
 * @throws BackupError `damaged`
 */
export async function verifySealed(storage: BackupStorage, set: string, expectedBytes: number): Promise<void> {
  await lockKind(set, await readSetKey(storage, set));
  let bytes = 0;
  for await (const { key, size } of storage.list(set)) {
    const name = key.slice(set.length + 1);
    if (name === README || (isEncrypted(name) && name !== SET_KEY)) {
      bytes += size;
    }
  }
  if (bytes !== expectedBytes) {
    throw setIncomplete(set, bytes, expectedBytes);
  }
}
