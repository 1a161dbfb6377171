import { createHash, randomBytes } from 'node:crypto';
import { closeSync, createReadStream, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { objectDamaged } from '../backup-set/backup-set.errors.js';
import { compressChunk, decompress, DEFAULT_COMPRESSION } from '../backup-set/compression.js';
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

/** The index of a root as a copy has it: believed when it has the SHA-256 that the manifest says. @throws BackupError `damaged` */
export function copiedIndex(path: string, stored: StoredRoot): IndexSource {
  const { set, key, plainSize, plainSha256 } = indexObject(stored);
  return async (consume, signal) => {
    const hash = createHash('sha256');
    const chunks = createReadStream(path, { signal }) as AsyncIterable<Buffer>;
    for await (const plain of decompress('zstd', chunks, Math.min(FRAME_BYTES, plainSize))) {
      hash.update(plain);
      await consume(plain);
    }
    if (hash.digest('hex') !== plainSha256) {
      throw objectDamaged(set, key, 'is not what its copy on this host has');
    }
  };
}
