import type { ObjectRecord } from '../backup-set/manifest.js';
import type { ObjectFormat } from '../backup-set/object-format.js';
import { objectSuffix } from '../backup-set/object-format.js';
import { ObjectWriter } from '../backup-set/object-writer.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { releaseOwnBuffer } from '../release-buffer.js';
import { objectName } from './index-entry.js';

/** Plain bytes that are compressed at a time. */
const CHUNK = 1024 * 1024;

/** Where a root's objects go. */
export interface ObjectPlace {
  readonly storage: BackupStorage;
  readonly set: string;
  /** Folder of the root's objects, relative to the set. */
  readonly folder: string;
  readonly format: ObjectFormat;
  /** Numbers the objects of the root through all threads. */
  readonly counter: SharedArrayBuffer;
  readonly signal: AbortSignal;
}

/** One object of a root: gathers small pieces, so that each frame of it is of a good size. */
export class PieceWriter {
  /** Relative to the set. */
  readonly key: string;
  /** Plain bytes so far. */
  size = 0;
  private readonly writer: ObjectWriter;
  private readonly chunk = Buffer.allocUnsafeSlow(CHUNK);
  private filled = 0;
  private hasRoom = true;

  constructor(place: ObjectPlace, kind: 'bundle' | 'large') {
    const number = Atomics.add(new Int32Array(place.counter), 0, 1) + 1;
    this.key = `${place.folder}/${objectName(number, kind)}${objectSuffix(place.format)}`;
    this.writer = new ObjectWriter(place.storage, `${place.set}/${this.key}`, place.format, place.signal);
  }

  add(piece: Buffer): void {
    this.size += piece.length;
    if (this.filled === 0 && piece.length === CHUNK) {
      this.write(piece);
      return;
    }
    for (let at = 0; at < piece.length;) {
      const copied = piece.copy(this.chunk, this.filled, at);
      this.filled += copied;
      at += copied;
      if (this.filled === CHUNK) {
        this.flush();
      }
    }
  }

  /** Waits until the storage has taken most of it. */
  async drained(): Promise<void> {
    if (!this.hasRoom) {
      await this.writer.drained();
      this.hasRoom = true;
    }
  }

  async close(): Promise<ObjectRecord> {
    this.flush();
    releaseOwnBuffer(this.chunk);
    return { ...(await this.writer.close()), key: this.key };
  }

  async abort(): Promise<void> {
    releaseOwnBuffer(this.chunk);
    await this.writer.abort();
  }

  private flush(): void {
    if (this.filled > 0) {
      this.write(this.chunk.subarray(0, this.filled));
      this.filled = 0;
    }
  }

  private write(chunk: Buffer): void {
    this.hasRoom = this.writer.write(chunk) && this.hasRoom;
  }
}
