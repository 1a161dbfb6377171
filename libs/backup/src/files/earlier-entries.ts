import { comesBefore, isBelow, type BytePath } from './byte-path.js';
import type { FileEntry, IndexEntry, Place } from './index-entry.js';
import type { IndexReader, StoredRoot } from './index-reader.js';
import type { ScannedEntry } from './scan-root.js';

/** A root of the set that is built on; plain data. */
export interface EarlierRoot {
  readonly stored: StoredRoot;
  /** Path of a copy of its index, where the index itself cannot be opened here; null: it can. */
  readonly indexCopy: string | null;
  /**
   * Nanoseconds since 1970, in decimal: what was changed before was as it is in the set. What was changed while the set was
   * made, or within a tick of the clock before, may have been changed once more without a trace.
   */
  readonly settledBefore: string;
}

/** A file as an earlier set has it, with places that say which set. */
export interface EarlierFile {
  readonly entry: FileEntry;
  /** Whether nothing about it has changed, as far as the file system can tell: it need not be read. */
  readonly isUnchanged: boolean;
}

/** Walks the entries of an earlier set beside a scan: both are in path order. */
export class EarlierEntries {
  private group: Iterator<IndexEntry, undefined> | null = null;
  private next: IndexEntry | null = null;
  private isLast = false;
  /** The folder that is another one than the set has under its path, as long as what is below it is compared. */
  private moved: BytePath | null;
  private readonly settledBefore: bigint;

  constructor(
    private readonly root: EarlierRoot,
    private readonly reader: Pick<IndexReader, 'next' | 'close'>,
  ) {
    this.settledBefore = BigInt(root.settledBefore);
    // of the folder that a single file is in nothing is known
    this.moved = root.stored.record.kind === 'file' ? '' : null;
  }

  /**
   * What the set has of a file that was found; asked for one after another. Null: nothing that could be the same. A promise only
   * where entries have to be read first: one for each of millions would take longer than comparing them.
   */
  of(found: ScannedEntry): EarlierFile | null | Promise<EarlierFile | null> {
    const entry = this.at(found.path);
    return entry instanceof Promise ? entry.then((read) => this.compared(read, found)) : this.compared(entry, found);
  }

  /** Reads what is left: that the index is what the manifest means is known at its end. @throws BackupError `damaged` */
  async finish(): Promise<void> {
    while (!this.isLast) {
      ({ isLast: this.isLast } = await this.reader.next());
    }
  }

  async close(): Promise<void> {
    await this.reader.close();
  }

  private compared(entry: IndexEntry | null, found: ScannedEntry): EarlierFile | null {
    if (found.type === 'folder') {
      this.enter(entry, found);
    }
    if (entry?.type !== 'file' || found.type !== 'file' || entry.size !== found.size) {
      return null;
    }
    const isPlaced = entry.bytes.every(({ set }) => set !== undefined);
    return {
      entry: isPlaced ? entry : { ...entry, bytes: entry.bytes.map(this.inItsSet) },
      isUnchanged: this.isUnchanged(entry, found),
    };
  }

  private enter(entry: IndexEntry | null, { path, inode }: ScannedEntry): void {
    if (this.moved === null || !isBelow(path, this.moved)) {
      this.moved = entry?.type === 'folder' && entry.inode === inode ? null : path;
    }
  }

  private isUnchanged(entry: FileEntry, { path, mtime, ctime }: ScannedEntry): boolean {
    return (
      entry.mtime === mtime &&
      entry.ctime === ctime &&
      BigInt(ctime) < this.settledBefore &&
      // files of other folders can have the same times, and keep them when those are moved
      (this.moved === null || !isBelow(path, this.moved)) &&
      // its bytes may be of several moments
      entry.changed !== true
    );
  }

  private readonly inItsSet = ({ set = this.root.stored.set, ...place }: Place): Place => ({ set, ...place });

  private at(path: BytePath): IndexEntry | null | Promise<IndexEntry | null> {
    for (;;) {
      if (this.next === null) {
        const following = this.group?.next();
        if (following?.done !== false) {
          return this.isLast ? null : this.readGroup().then(() => this.at(path));
        }
        this.next = following.value;
      }
      if (this.next.path === path) {
        return this.next;
      }
      if (!comesBefore(this.next.path, path)) {
        return null;
      }
      this.next = null;
    }
  }

  private async readGroup(): Promise<void> {
    const { entries, isLast } = await this.reader.next();
    this.group = entries.values();
    this.isLast = isLast;
  }
}
