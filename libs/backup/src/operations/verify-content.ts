import { verifyFull, type VerifyOptions } from '../database/verify-set.js';
import { verifyRoots } from '../files/verify-roots.js';

/**
 * Reads every object of a set: databases and what describes the set, then file roots with their indexes.
 *
 * @throws BackupError `damaged` naming the first object that is not what was written
 */
export async function verifyContent(options: VerifyOptions): Promise<void> {
  const total = options.manifest.objects.reduce((sum, { plainSize }) => sum + plainSize, 0);
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
    onBytes: (more) => {
      bytes += more;
      report();
    },
  });
}
