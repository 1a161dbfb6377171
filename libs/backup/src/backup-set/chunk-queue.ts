import { releaseBuffer } from '../release-buffer.js';

/**
 * Hands chunks from a synchronous producer to an asynchronous consumer, in order. A chunk's memory is given back at
 * once when the consumer asks for the next.
 */
export class ChunkQueue implements AsyncIterable<Buffer> {
  private readonly chunks: Buffer[] = [];
  private waiting = 0;
  private hasEnded = false;
  private failure: Error | null = null;
  private wakeConsumer: (() => void) | null = null;
  private wakeProducers: (() => void)[] = [];

  /** @param limit bytes that may wait before the producer is asked to pause */
  constructor(private readonly limit: number) {}

  /** Takes a chunk that nobody else uses. False asks the caller to wait for {@link drained}. */
  push(chunk: Buffer): boolean {
    if (this.failure !== null) {
      return true;
    }
    this.chunks.push(chunk);
    this.waiting += chunk.length;
    this.wakeConsumer?.();
    return this.waiting < this.limit;
  }

  end(): void {
    this.hasEnded = true;
    this.wakeConsumer?.();
  }

  /** Drops what waits: the consumer gets the error, the producer's further chunks go nowhere. */
  fail(error: Error): void {
    this.failure ??= error;
    this.chunks.splice(0).forEach(releaseBuffer);
    this.waiting = 0;
    this.wakeConsumer?.();
    this.wake();
  }

  /** Resolves when there is room again, also after a failure. */
  drained(): Promise<void> {
    return this.waiting < this.limit
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.wakeProducers.push(resolve);
        });
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Buffer> {
    for (;;) {
      if (this.failure !== null) {
        throw this.failure;
      }
      const chunk = this.chunks.shift();
      if (chunk !== undefined) {
        try {
          yield chunk;
        } finally {
          this.waiting -= chunk.length;
          releaseBuffer(chunk);
          this.wake();
        }
      } else if (this.hasEnded) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.wakeConsumer = resolve;
        });
        this.wakeConsumer = null;
      }
    }
  }

  private wake(): void {
    if (this.waiting < this.limit) {
      this.wakeProducers.splice(0).forEach((resume) => {
        resume();
      });
    }
  }
}
