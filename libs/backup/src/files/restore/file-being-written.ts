import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { setAttributes } from '../file-attributes.js';
import type { FileEntry } from '../index-entry.js';
import { writing } from './writing.js';

const BLOCK = 64 * 1024;
const ZEROS = Buffer.alloc(BLOCK);

/** A file under a temporary name. */
export class FileBeingWritten {
  private readonly descriptor: number;
  private readonly hash: Hash = createHash('sha256');
  private size = 0;
  private isOpen = true;

  constructor(
    readonly entry: FileEntry,
    readonly path: Buffer,
  ) {
    this.descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  }

  write(chunk: Buffer): void {
    this.hash.update(chunk);
    writing(this.entry.path, () => {
      if (this.entry.sparse === true) {
        this.writeAroundHoles(chunk);
      } else {
        this.writeAll(chunk);
      }
    });
    this.size += chunk.length;
  }

  /** Whether it is what the index says. */
  isWhole(): boolean {
    return this.size === this.entry.size && this.hash.digest('hex') === this.entry.sha256;
  }

  /** Gives it its size and attributes. */
  close(): void {
    if (this.entry.sparse === true) {
      ftruncateSync(this.descriptor, this.size);
    }
    closeSync(this.descriptor);
    this.isOpen = false;
    setAttributes(this.path, this.entry);
  }

  discard(): void {
    if (this.isOpen) {
      closeSync(this.descriptor);
    }
    rmSync(this.path, { force: true });
  }

  private writeAroundHoles(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += BLOCK) {
      const block = chunk.subarray(at, at + BLOCK);
      if (!block.equals(ZEROS.subarray(0, block.length))) {
        this.writeAll(block, this.size + at);
      }
    }
  }

  private writeAll(bytes: Buffer, position = this.size): void {
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.descriptor, bytes, written, bytes.length - written, position + written);
    }
  }
}
