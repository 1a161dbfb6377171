import { createHash, randomBytes } from 'node:crypto';
import { closeSync, createReadStream, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { compressChunk, decompress, DEFAULT_COMPRESSION } from '../backup-set/compression.js';
import { BackupError } from '../errors/backup.error.js';
import { indexCopyDiffers, indexCopyMissing } from './files.errors.js';
import { FRAME_BYTES, indexObject, type IndexSource, type StoredRoot } from './index-reader.js';

/** A copy of an index that this host can read, where it cannot open the one in storage. It names files: its folder is private. */
export class IndexCopy {
  private readonly unfinished: string;
  private readonly descriptor: number;
  private isOpen = true;

  constructor(private readonly path: string) {
    this.unfinished = `${path}.${randomBytes(4).toString('hex')}`;
    this.descriptor = openSync(this.unfinished, 'wx', 0o600);
  }

  add(lines: Buffer): void {
    const frame = compressChunk(DEFAULT_COMPRESSION, lines);
    for (let written = 0; written < frame.length;) {
      written += writeSync(this.descriptor, frame, written);
    }
  }

  complete(): void {
    this.close();
    renameSync(this.unfinished, this.path);
  }

  abort(): void {
    this.close();
    rmSync(this.unfinished, { force: true });
  }

  private close(): void {
    if (this.isOpen) {
      this.isOpen = false;
      closeSync(this.descriptor);
    }
  }
}

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
