import { fileRoots, type Manifest } from '../backup-set/manifest.js';
import { storedRoot, withGroups, type ReadingOptions } from './stored-roots.js';

export interface VerifyRootsOptions extends ReadingOptions {
  readonly manifest: Manifest;
}

/**
 * Reads every index, bundle and large file of a set, and compares them with each other.
 *
 * @throws BackupError `damaged`
 */
export async function verifyRoots(options: VerifyRootsOptions): Promise<void> {
  const { manifest } = options;
  for (const record of fileRoots(manifest)) {
    const stored = storedRoot(manifest, record);
    await withGroups(options, stored, (pool, group) => pool.run({ kind: 'check', group }));
  }
}
