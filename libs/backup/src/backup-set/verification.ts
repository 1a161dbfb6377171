import { lockKind } from '../encryption/set-key.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { objectDamaged, setIncomplete } from './backup-set.errors.js';
import { README, type Manifest } from './manifest.js';
import { isEncrypted } from './object-format.js';
import { readSetKey, SET_KEY } from './stored-set-key.js';

const STATS_AT_ONCE = 16;

/**
 * Every object of the manifest is there with its stored size.
 *
 * @throws BackupError `damaged` naming the first object that is not
 */
export async function verifyQuick(storage: BackupStorage, manifest: Manifest): Promise<void> {
  const remaining = manifest.objects.values();
  const drain = async (): Promise<void> => {
    for (const object of remaining) {
      const found = await storage.stat(`${manifest.name}/${object.key}`);
      if (found === null) {
        throw objectDamaged(manifest.name, object.key, 'is missing');
      }
      if (found.size !== object.size) {
        throw objectDamaged(
          manifest.name,
          object.key,
          `is ${String(found.size)} bytes long instead of ${String(object.size)}`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: STATS_AT_ONCE }, drain));
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
