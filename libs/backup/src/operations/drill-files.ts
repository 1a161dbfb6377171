import { fileTargets } from '../files/restore/file-targets.js';
import { checkRoots, previewRoots, restoreRoots } from '../files/restore/restore-roots.js';
import { removeTree } from '../files/remove-tree.js';
import type { BackupEnvironment } from './backup-environment.js';
import { filesNotProven } from './drill.errors.js';
import type { DrillOptions } from './drill.js';
import type { OpenedSet } from './found-backups.js';
import { fileProgress } from './restored-files.js';
import { makeScratchFolder } from './scratch-folders.js';

/**
 * Restores the files of a set into a scratch folder, reads and compares each of them there, and removes the folder.
 *
 * @throws BackupError as a restore does, and `proof_failed` when the disk gives back something else
 */
export async function drillFiles(
  { options: settings }: BackupEnvironment,
  { manifest, identities }: OpenedSet,
  { operation, load, signal, onProgress }: DrillOptions,
): Promise<void> {
  const folder = await makeScratchFolder(settings.scratchPath, operation);
  try {
    const restores = fileTargets(manifest, [], { roots: [], paths: [], to: folder }, false);
    const reading = {
      storageConfiguration: settings.storage,
      identities,
      threads: settings.threads,
      load,
      signal,
      restores,
    };
    const silent = { ...reading, onBytes: (): void => undefined };
    await checkRoots(silent);
    await restoreRoots({ ...reading, onBytes: fileProgress(restores, onProgress) }, operation);
    for (const { root, added, changed } of await previewRoots(silent)) {
      if (added + changed > 0) {
        throw filesNotProven(manifest.name, root, added + changed);
      }
    }
  } finally {
    await removeTree(folder);
  }
}
