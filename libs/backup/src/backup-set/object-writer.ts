import { createHash } from 'node:crypto';
import type { BackupStorage } from '../storage/backup-storage.js';
import { ChunkQueue } from './chunk-queue.js';
import { compressChunk, type Compression } from './compression.js';
import type { ObjectRecord } from './manifest.js';

/** Compressed bytes that may wait for the storage before the producer should pause. */
const WAITING_BYTES = 1024 * 1024;

/** Writes one object of a set: hashes, compresses and stores what it is given, on the calling thread. */
export class ObjectWriter {
  private readonly plainHash = createHash('sha256');
  private readonly storedHash = createHash('sha256');
  private readonly queue = new ChunkQueue(WAITING_BYTES);
  private readonly stored: Promise<number>;
  private plainBytes = 0;

  constructor(
    storage: BackupStorage,
    private readonly key: string,
    private readonly compression: Compression,
    signal?: AbortSignal,
  ) {
    this.stored = storage.put(key, this.queue, signal);
    // the failure is reported by close(); until then it must not count as unhandled
    this.stored.catch((error: unknown) => {
      this.queue.fail(error instanceof Error ? error : new Error(String(error)));
    });
  }

  /** Plain bytes taken so far. */
  get size(): number {
    return this.plainBytes;
  }

  /** Takes plain bytes, which may be reused after the call. False asks the caller to wait for {@link drained}. */
  write(chunk: Buffer): boolean {
    this.plainBytes += chunk.length;
    this.plainHash.update(chunk);
    const compressed = compressChunk(this.compression, chunk);
    this.storedHash.update(compressed);
    return this.queue.push(compressed);
  }

  /** Resolves when there is room again, also when the object has failed. */
  drained(): Promise<void> {
    return this.queue.drained();
  }

  /** Completes the object. Rejects with the storage's error when it could not be stored. */
  async close(): Promise<ObjectRecord> {
    this.queue.end();
    const size = await this.stored;
    return {
      key: this.key,
      size,
      sha256: this.storedHash.digest('hex'),
      plainSize: this.plainBytes,
      plainSha256: this.plainHash.digest('hex'),
    };
  }

  /** Gives the object up: nothing stays in storage. */
  async abort(): Promise<void> {
    this.queue.fail(new Error('aborted'));
    await this.stored.catch(() => undefined);
  }
}

/** Stores a short object whose bytes are at hand. */
export async function writeObject(
  storage: BackupStorage,
  key: string,
  compression: Compression,
  content: Buffer,
  signal?: AbortSignal,
): Promise<ObjectRecord> {
  const writer = new ObjectWriter(storage, key, compression, signal);
  writer.write(content);
  return writer.close();
}
