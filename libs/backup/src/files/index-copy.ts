import { randomBytes } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { compressChunk, DEFAULT_COMPRESSION } from '../backup-set/compression.js';

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
