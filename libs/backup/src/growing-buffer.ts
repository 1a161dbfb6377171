import { releaseOwnBuffer } from './release-buffer.js';

/** Gathers chunks one after another until there is enough of them to be taken from the front. */
export class GrowingBuffer {
  private buffer: Buffer;
  private length = 0;

  /** @param size bytes that there is room for at first */
  constructor(size: number) {
    this.buffer = Buffer.allocUnsafeSlow(size);
  }

  /** What was gathered; valid until something is added or taken away. */
  get bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  add(chunk: Uint8Array): void {
    if (this.length + chunk.length > this.buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.length + chunk.length));
      this.buffer.copy(larger, 0, 0, this.length);
      releaseOwnBuffer(this.buffer);
      this.buffer = larger;
    }
    this.buffer.set(chunk, this.length);
    this.length += chunk.length;
  }

  /** Takes so many bytes away from the front. */
  drop(count: number): void {
    this.buffer.copyWithin(0, count, this.length);
    this.length -= count;
  }

  /** Gives its memory back: nothing can be added afterwards. */
  release(): void {
    releaseOwnBuffer(this.buffer);
  }
}
