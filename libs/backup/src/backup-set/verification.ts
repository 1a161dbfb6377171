import type { BackupStorage } from '../storage/backup-storage.js';
import { objectDamaged } from './backup-set.errors.js';
import type { Manifest } from './manifest.js';

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
