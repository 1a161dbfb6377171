import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { decompress } from '../backup-set/compression.js';
import { BackupError } from '../errors/backup.error.js';
import { indexCopyDiffers, indexCopyMissing } from './files.errors.js';
import { FRAME_BYTES } from './index-entry.js';
import { indexObject, type IndexSource, type StoredRoot } from './index-reader.js';

/**
 * The index of a root as a copy has it: believed when it has the SHA-256 that the manifest says.
 *
 * @throws BackupError `not_found` or `damaged`
 */
export function copiedIndex(path: string, stored: StoredRoot): IndexSource {
  const { set, key, plainSize, plainSha256 } = indexObject(stored);
  return async (consume, signal) => {
    if (!existsSync(path)) {
      throw indexCopyMissing(set, key);
    }
    const hash = createHash('sha256');
    try {
      for await (const plain of decompress(
        'zstd',
        createReadStream(path, { signal }),
        Math.min(FRAME_BYTES, plainSize),
      )) {
        hash.update(plain);
        await consume(plain);
      }
    } catch (error) {
      throw error instanceof BackupError || signal.aborted ? error : indexCopyDiffers(set, key, error);
    }
    if (hash.digest('hex') !== plainSha256) {
      throw indexCopyDiffers(set, key);
    }
  };
}
