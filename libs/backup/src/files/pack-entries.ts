import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ThreadContext } from '../engine/serve-thread.js';
import { releaseOwnBuffer } from '../release-buffer.js';
import { joinPaths, toBytes, type BytePath } from './byte-path.js';
import { entryUnreadable, reasonOf, unreadableEntry } from './files.errors.js';
import type { FileEntry } from './index-entry.js';
import { LargeFileWriter } from './large-file-writer.js';
import { OpenFile } from './open-file.js';
import type { ObjectPlace } from './piece-writer.js';
import type { BatchEntry } from './scan-batches.js';
import { isGone, isSystemError } from './scan-root.js';
import { LARGE_FILE, StoredEntries, type StoredBatch } from './stored-entries.js';

const READ = 1024 * 1024;

/** Plain data. */
export interface PackOptions {
  readonly root: string;
  /** Absolute. */
  readonly base: BytePath;
  /** Leave out what cannot be read, with a warning. */
  readonly allowPartial: boolean;
}

/** What became of some entries of a root; plain data. */
export interface PackedEntries extends StoredBatch {
  readonly warnings: readonly string[];
}

/** Reads entries of a root and stores them, but for files that an earlier set has as they are. */
export async function packEntries(
  entries: readonly BatchEntry[],
  options: PackOptions,
  place: ObjectPlace,
  context: ThreadContext,
): Promise<PackedEntries> {
  const packer = new Packer(options, place, context);
  try {
    for (const entry of entries) {
      const added = packer.add(entry);
      if (added !== null) {
        await added;
      }
    }
    return await packer.finish();
  } catch (error) {
    await packer.abort();
    throw error;
  } finally {
    packer.release();
  }
}

class Packer {
  private readonly warnings: string[] = [];
  /** Takes a small file, or a piece of a large one. */
  private buffer = Buffer.alloc(0);
  private unreported = 0;
  private readonly stored: StoredEntries;

  constructor(
    private readonly options: PackOptions,
    private readonly place: ObjectPlace,
    private readonly context: ThreadContext,
  ) {
    this.stored = new StoredEntries(place);
  }

  /** Null: it is done. A promise for each of millions of entries that need not be read would take longer than they do. */
  add({ scanned, earlier }: BatchEntry): Promise<void> | null {
    if (scanned.type !== 'file') {
      this.stored.addHeader({ ...scanned, type: scanned.type });
    } else if (earlier?.isUnchanged === true) {
      this.stored.addEarlier(earlier.entry, earlier.entry);
      return this.turn(0, scanned.size);
    } else {
      return this.addFile(scanned.path, earlier?.entry ?? null);
    }
    return this.turn(0);
  }

  async finish(): Promise<PackedEntries> {
    return { ...(await this.stored.finish()), warnings: this.warnings };
  }

  async abort(): Promise<void> {
    await this.stored.abort();
  }

  release(): void {
    releaseOwnBuffer(this.buffer);
  }

  /** A file that changes while it is read is read again, and then taken as it is. */
  private async addFile(path: BytePath, earlier: FileEntry | null): Promise<void> {
    for (const isLastAttempt of [false, true]) {
      const file = this.openFile(path);
      if (file === null) {
        return;
      }
      try {
        const isStored = await (file.facts.size < LARGE_FILE
          ? this.storeSmall(path, file, earlier, isLastAttempt)
          : this.storeLarge(path, file, earlier, isLastAttempt));
        if (isStored) {
          return;
        }
      } catch (error) {
        if (!isSystemError(error)) {
          throw error;
        }
        this.leaveOut(path, error);
        return;
      } finally {
        file.close();
      }
    }
  }

  private async storeSmall(
    path: BytePath,
    file: OpenFile,
    earlier: FileEntry | null,
    isLastAttempt: boolean,
  ): Promise<boolean> {
    const { facts } = file;
    const buffer = this.room(facts.size, Math.min(LARGE_FILE, 2 * facts.size));
    const content = buffer.subarray(0, file.read(buffer, 0));
    const isChanged = file.hasChanged() || content.length !== facts.size;
    if (isChanged && !isLastAttempt) {
      return false;
    }
    const sha256 = createHash('sha256').update(content).digest('hex');
    if (!isChanged && earlier?.sha256 === sha256) {
      this.stored.addEarlier(earlier, facts);
    } else {
      this.stored.addSmall({ path, facts, isChanged, sha256 }, content);
    }
    await this.turn(content.length);
    return true;
  }

  private async storeLarge(
    path: BytePath,
    file: OpenFile,
    earlier: FileEntry | null,
    isLastAttempt: boolean,
  ): Promise<boolean> {
    const { facts } = file;
    if (earlier?.size === facts.size && (await this.hasContent(file, earlier))) {
      this.stored.addEarlier(earlier, facts);
      return true;
    }
    const large = new LargeFileWriter(this.place, facts.size);
    try {
      const size = await this.read(file, async (chunk) => {
        large.add(chunk);
        await large.drained();
      });
      const isChanged = file.hasChanged() || size !== facts.size;
      if (isChanged && !isLastAttempt) {
        return false;
      }
      this.stored.addLarge({ path, facts, isChanged }, await large.complete());
      return true;
    } finally {
      // that of a file that could not be read, or that has to be read again
      await large.discard();
    }
  }

  /** Whether a file has the content of an earlier one: told before any of it is stored. */
  private async hasContent(file: OpenFile, { sha256, size }: FileEntry): Promise<boolean> {
    const hash = createHash('sha256');
    const length = await this.read(file, (chunk) => {
      hash.update(chunk);
    });
    return length === size && !file.hasChanged() && hash.digest('hex') === sha256;
  }

  /** Reads as much of a file as it had when it was opened, or less when it has become shorter. Gives the bytes read. */
  private async read(file: OpenFile, consume: (chunk: Buffer) => Promise<void> | void): Promise<number> {
    const chunk = this.room(READ);
    const { size } = file.facts;
    let done = 0;
    for (let length = 1; length > 0 && done < size; done += length) {
      length = file.read(chunk.subarray(0, Math.min(READ, size - done)), done);
      await consume(chunk.subarray(0, length));
      await this.turn(length);
    }
    return done;
  }

  /** @param more what is made when there is not enough, so that not each file that is larger makes another */
  private room(size: number, more = size): Buffer {
    if (this.buffer.length < size) {
      releaseOwnBuffer(this.buffer);
      this.buffer = Buffer.allocUnsafeSlow(more);
    }
    return this.buffer.subarray(0, size);
  }

  /** Null for a file that is gone by now, or that is left out because it cannot be read. */
  private openFile(path: BytePath): OpenFile | null {
    try {
      return OpenFile.open(toBytes(joinPaths(this.options.base, path)));
    } catch (error) {
      if (!isGone(error)) {
        this.leaveOut(path, error);
      }
      return null;
    }
  }

  private leaveOut(path: BytePath, error: unknown): void {
    const { root, allowPartial } = this.options;
    if (!allowPartial) {
      throw entryUnreadable(root, path, error);
    }
    this.warnings.push(unreadableEntry(root, path, reasonOf(error)));
  }

  /**
   * Reports work; after some of it, keeps to the rate, waits for the storage, and lets a cancellation in.
   *
   * @param read bytes of a file that were read
   * @param done bytes that are done with: of a file that need not be read, too
   */
  private turn(read: number, done = read): Promise<void> | null {
    const { progress, pace } = this.context;
    progress.add(done, 0);
    pace.spend(read);
    this.unreported += read + ENTRY_WORK;
    if (this.unreported <= READ) {
      return null;
    }
    this.unreported = 0;
    return this.rest();
  }

  private async rest(): Promise<void> {
    const { pace, signal } = this.context;
    await this.stored.drained();
    await nextTurn();
    await pace.due(signal);
    signal.throwIfAborted();
  }
}

/** What an entry without content counts as, when it is asked how much was done since the last look around, bytes. */
const ENTRY_WORK = 4096;
