import { createHash } from 'node:crypto';
import { encryptFile } from '../encryption/age-file.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { ChunkCompressor } from './chunk-compressor.js';
import { ChunkQueue } from './chunk-queue.js';
import type { ObjectRecord } from './manifest.js';
import type { ObjectFormat } from './object-format.js';
import { releaseBuffer } from '../release-buffer.js';

/** Compressed bytes that may wait for the storage before the producer should pause. */
const WAITING_BYTES = 1024 * 1024;

/** Writes one object of a set: hashes, compresses, encrypts and stores what it is given, on the calling thread. */
export class ObjectWriter {
  private readonly plainHash = createHash('sha256');
  private readonly storedHash = createHash('sha256');
  private readonly queue = new ChunkQueue(WAITING_BYTES);
  private readonly compressor: ChunkCompressor;
  private readonly stored: Promise<number>;
  private plainBytes = 0;

  constructor(
    storage: BackupStorage,
    private readonly key: string,
    private readonly format: ObjectFormat,
    signal?: AbortSignal,
  ) {
    this.compressor = new ChunkCompressor(format.compression);
    this.stored = storage.put(key, this.storedBytes(), signal);
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
    return this.queue.push(this.compressor.compress(chunk));
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

  private async *storedBytes(): AsyncIterable<Buffer> {
    for await (const chunk of this.format.recipient === null ? this.queue : this.encrypted(this.format.recipient)) {
      this.storedHash.update(chunk);
      yield chunk;
    }
  }

  /** The queue gives its chunks back, and this what they became. */
  private async *encrypted(recipient: string): AsyncIterable<Buffer> {
    for await (const chunk of encryptFile([recipient], this.queue)) {
      yield chunk;
      releaseBuffer(chunk);
    }
  }
}

/** Stores a short object whose bytes are at hand. */
export async function writeObject(
  storage: BackupStorage,
  key: string,
  format: ObjectFormat,
  content: Buffer,
  signal?: AbortSignal,
): Promise<ObjectRecord> {
  const writer = new ObjectWriter(storage, key, format, signal);
  writer.write(content);
  return writer.close();
}
