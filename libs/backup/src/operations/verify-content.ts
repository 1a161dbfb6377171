import { SetObjects } from '../backup-set/set-objects.js';
import { verifyFull, type VerifyOptions } from '../database/verify-set.js';
import { verifyRoots } from '../files/verify-roots.js';

/**
 * Reads the objects of a set: databases and what describes the set, then file roots, which are compared with their indexes.
 *
 * @throws BackupError `damaged` naming the first object that is not what was written
 */
export async function verifyContent(options: VerifyOptions): Promise<void> {
  const { manifest, objects = new SetObjects(manifest).all } = options;
  const total = objects.reduce((sum, { plainSize }) => sum + plainSize, 0);
  let bytes = 0;
  const report = (): void => {
    options.onProgress({ fraction: Math.min(bytes / Math.max(total, 1), 0.99), bytes });
  };
  await verifyFull({
    ...options,
    onProgress: (progress) => {
      ({ bytes } = progress);
      report();
    },
  });
  await verifyRoots({
    ...options,
    objects,
    onBytes: (more) => {
      bytes += more;
      report();
    },
  });
}
