import { fileRoots, type Manifest } from '../backup-set/manifest.js';
import type { EngineLoad } from '../engine/thread-messages.js';
import type { StorageConfiguration } from '../storage/backup-storage.js';
import { storedRoot, withGroups } from './stored-roots.js';

export interface VerifyRootsOptions {
  readonly storageConfiguration: StorageConfiguration;
  readonly manifest: Manifest;
  /** The set's own; null when it is not encrypted. */
  readonly identity: string | null;
  readonly threads: number;
  readonly load: EngineLoad;
  readonly signal: AbortSignal;
  /** Told the plain bytes read since the last time. */
  readonly onBytes: (bytes: number) => void;
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
