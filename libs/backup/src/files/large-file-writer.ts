import { createHash, type Hash } from 'node:crypto';
import type { ObjectRecord } from '../backup-set/manifest.js';
import type { Place } from './index-entry.js';
import { PieceWriter, type ObjectPlace } from './piece-writer.js';

/** Plain bytes of a part of a large file. */
const PART = 1024 * 1024 * 1024;

/** A large file as it was stored. */
export interface StoredLargeFile {
  readonly objects: readonly ObjectRecord[];
  readonly size: number;
  readonly sha256: string;
  readonly bytes: Place[];
}

/** Stores a large file by itself, in parts. */
export class LargeFileWriter {
  /** Null: all of it is one part, which is hashed anyway. */
  private readonly hash: Hash | null;
  private readonly parts: PieceWriter[] = [];
  private part: PieceWriter;
  private size = 0;
  private isComplete = false;

  /** @param mostBytes that there can be */
  constructor(
    private readonly place: ObjectPlace,
    mostBytes: number,
  ) {
    this.hash = mostBytes > PART ? createHash('sha256') : null;
    this.part = this.begin();
  }

  /** @param chunk whose length divides that of a part, unless it is the last */
  add(chunk: Buffer): void {
    if (this.part.size === PART && chunk.length > 0) {
      this.part = this.begin();
    }
    this.hash?.update(chunk);
    this.part.add(chunk);
    this.size += chunk.length;
  }

  /** Waits until the storage has taken most of it. */
  async drained(): Promise<void> {
    await this.part.drained();
  }

  async complete(): Promise<StoredLargeFile> {
    const objects: ObjectRecord[] = [];
    for (const part of this.parts) {
      objects.push(await part.close());
    }
    this.isComplete = true;
    const bytes = this.parts.map(({ key, size }): Place => ({ object: key, at: 0, length: size }));
    const sha256 = this.hash?.digest('hex') ?? objects[0].plainSha256;
    return { objects, size: this.size, sha256, bytes };
  }

  /** Gives up what was not completed. */
  async discard(): Promise<void> {
    if (!this.isComplete) {
      await Promise.all(this.parts.map((part) => part.abort()));
    }
  }

  private begin(): PieceWriter {
    const part = new PieceWriter(this.place, 'large');
    this.parts.push(part);
    return part;
  }
}
