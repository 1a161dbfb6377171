import { objectDamaged } from '../backup-set/backup-set.errors.js';
import type { FileRootRecord, ObjectRecord } from '../backup-set/manifest.js';
import { readObject } from '../backup-set/object-reader.js';
import { messageOf } from '../errors/backup.error.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { bundlePlace, parseEntry, type IndexEntry } from './index-entry.js';
import { IndexRules } from './index-rules.js';
import { BATCH_ENTRIES } from './scan-batches.js';

/** A root in a set that is read. */
export interface StoredRoot {
  readonly set: string;
  readonly record: FileRootRecord;
  /** All of the root's, its index too. */
  readonly objects: readonly ObjectRecord[];
}

/** Entries next to each other in an index: those of one bundle, with the large files among them; plain data. */
export interface EntryGroup {
  readonly entries: readonly IndexEntry[];
  readonly isLast: boolean;
}

const LINE_FEED = 0x0a;
/** Longer than any line: a path has 4096 bytes at most, and a file of a petabyte a million parts. */
const LONGEST_LINE = 256 * 1024 * 1024;
/** Plain bytes of a frame at most, of what is written here. */
export const FRAME_BYTES = 4 * 1024 * 1024;
/** Groups that may wait to be asked for. */
const WAITING = 2;

/**
 * Reads a root's index, in groups, each when it is asked for, and checks every rule it has to keep. That it is the one that
 * the manifest means is known when the last group is handed out, and not before.
 */
export class IndexReader {
  private readonly abort = new AbortController();
  private readonly ready: EntryGroup[] = [];
  private readonly done: Promise<void>;
  private failure: Error | null = null;
  private wakeReader: (() => void) | null = null;
  private wakeTaker: (() => void) | null = null;

  constructor(storage: BackupStorage, stored: StoredRoot, identity: string | null, signal: AbortSignal) {
    this.done = this.read(storage, stored, identity, AbortSignal.any([signal, this.abort.signal]));
    this.done.catch((error: unknown) => {
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.wakeTaker?.();
    });
  }

  async next(): Promise<EntryGroup> {
    for (;;) {
      if (this.failure !== null) {
        throw this.failure;
      }
      const group = this.ready.shift();
      this.wakeReader?.();
      if (group !== undefined) {
        return group;
      }
      await new Promise<void>((resolve) => {
        this.wakeTaker = resolve;
      });
    }
  }

  async close(): Promise<void> {
    this.abort.abort();
    this.wakeReader?.();
    await this.done.catch(() => undefined);
  }

  private async read(
    storage: BackupStorage,
    { set, record, objects }: StoredRoot,
    identity: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    const object = objects.find(({ key }) => key === record.index);
    if (object === undefined) {
      throw objectDamaged(set, record.index, 'is missing from the manifest');
    }
    const rules = new IndexRules(record, objects);
    const groups = new GroupBuilder();
    const lines = new LineSplitter();
    const consume = async (chunk: Buffer): Promise<void> => {
      for (const line of lines.push(chunk)) {
        const full = explained(set, record.index, () => {
          const entry = parseEntry(line);
          rules.check(entry);
          return groups.add(entry);
        });
        if (full !== null) {
          await this.offer({ entries: full, isLast: false }, signal);
        }
      }
    };
    await readObject(storage, { ...object, set }, identity, consume, signal, FRAME_BYTES);
    explained(set, record.index, () => {
      lines.finish();
      rules.finish();
    });
    await this.offer({ entries: groups.rest, isLast: true }, signal);
  }

  private async offer(group: EntryGroup, signal: AbortSignal): Promise<void> {
    while (this.ready.length >= WAITING && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.wakeReader = resolve;
      });
    }
    signal.throwIfAborted();
    this.ready.push(group);
    this.wakeTaker?.();
  }
}

/** Gathers entries until one is of another bundle. */
class GroupBuilder {
  rest: IndexEntry[] = [];
  private bundle: string | null = null;

  /** Gives a group that is complete, or null. @throws Error for a group that is too large to be one */
  add(entry: IndexEntry): IndexEntry[] | null {
    const bundle = bundlePlace(entry)?.object ?? this.bundle;
    const isNext = this.bundle !== null && bundle !== this.bundle;
    const full = isNext ? this.rest : null;
    if (isNext) {
      this.rest = [];
    }
    this.bundle = bundle;
    this.rest.push(entry);
    if (this.rest.length > BATCH_ENTRIES) {
      throw new Error('it has more entries in a row than a bundle holds');
    }
    return full;
  }
}

class LineSplitter {
  private rest: Buffer = Buffer.alloc(0);

  *push(chunk: Buffer): Iterable<string> {
    let data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (let end = data.indexOf(LINE_FEED); end !== -1; end = data.indexOf(LINE_FEED)) {
      yield data.toString('utf8', 0, end);
      data = data.subarray(end + 1);
    }
    if (data.length > LONGEST_LINE) {
      throw new Error('a line of it does not end');
    }
    this.rest = Buffer.from(data);
  }

  finish(): void {
    if (this.rest.length > 0) {
      throw new Error('its last line is cut off');
    }
  }
}

function explained<T>(set: string, key: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw objectDamaged(set, key, `is no index of a root (${messageOf(error)})`, error);
  }
}
