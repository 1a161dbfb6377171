import { releaseBuffer } from '../../release-buffer.js';

/** Longer packets have memory of their own, bytes. */
const LARGEST_KEPT = 128 * 1024;

/**
 * Memory for the packet that a session sends next, one after another: with new memory for each of thousands of short ones,
 * the garbage collector takes as long as everything else.
 */
export class PacketMemory {
  private kept: Buffer | null = null;

  /** A buffer of so many bytes, which was given back by whoever had it before. */
  take(length: number): Buffer {
    if (length > LARGEST_KEPT) {
      return Buffer.allocUnsafe(length);
    }
    this.kept ??= Buffer.allocUnsafeSlow(LARGEST_KEPT);
    return this.kept.subarray(0, length);
  }

  giveBack(buffer: Buffer): void {
    if (buffer.length > LARGEST_KEPT) {
      releaseBuffer(buffer);
    }
  }
}
