import { fileRoots, type Manifest } from '../backup-set/manifest.js';
import { placeOf, SetObjects, type HeldObject } from '../backup-set/set-objects.js';
import { storedRoot, withGroups, type ReadingOptions } from './stored-roots.js';

export interface VerifyRootsOptions extends ReadingOptions {
  readonly manifest: Manifest;
  /** Those to read, besides the indexes of the roots that have any of them. Default: all. */
  readonly objects?: readonly HeldObject[];
}

/**
 * Reads bundles and large files of a set, and compares them with their indexes.
 *
 * @throws BackupError `damaged`
 */
export async function verifyRoots(options: VerifyRootsOptions): Promise<void> {
  const { manifest, objects: wanted = new SetObjects(manifest).all } = options;
  const chosen = new Set(wanted.map(placeOf));
  const isChosen = (object: HeldObject): boolean => chosen.has(placeOf(object));
  for (const record of fileRoots(manifest)) {
    const stored = storedRoot(manifest, record);
    if (stored.objects.some(isChosen)) {
      await withGroups(options, stored, async (pool, group) => {
        const objects = group.objects.filter(isChosen);
        if (objects.length > 0) {
          await pool.run({ kind: 'check', group: { ...group, objects } });
        }
      });
    }
  }
}
