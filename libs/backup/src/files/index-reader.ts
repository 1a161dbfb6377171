import { objectDamaged } from '../backup-set/backup-set.errors.js';
import type { FileRootRecord } from '../backup-set/manifest.js';
import { readObject } from '../backup-set/object-reader.js';
import type { HeldObject } from '../backup-set/set-objects.js';
import type { SetIdentities } from '../encryption/set-key.js';
import { messageOf } from '../errors/backup.error.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { InPathOrder, type EntryDivision } from './entry-groups.js';
import { FRAME_BYTES, type IndexEntry } from './index-entry.js';
import { IndexRules } from './index-rules.js';
import { LineSplitter } from './line-splitter.js';
import { plainEntry } from './plain-entry.js';

/** A root in a set that is read. */
export interface StoredRoot {
  readonly set: string;
  readonly record: FileRootRecord;
  /** All of the root's, its index too, and those of earlier sets that it refers to. */
  readonly objects: readonly HeldObject[];
}

/** Gives the plain bytes of an index, and says at their end whether they are what the manifest means. */
export type IndexSource = (consume: (chunk: Buffer) => Promise<void>, signal: AbortSignal) => Promise<void>;

/** The index of a root as it is stored. @throws BackupError `damaged` */
export function storedIndex(storage: BackupStorage, stored: StoredRoot, identities: SetIdentities): IndexSource {
  const object = indexObject(stored);
  return (consume, signal) =>
    readObject(storage, object, identities.get(stored.set) ?? null, consume, signal, FRAME_BYTES);
}

/** @throws BackupError `damaged` */
export function indexObject({ set, record: { index }, objects }: StoredRoot): HeldObject {
  const object = objects.find((candidate) => candidate.set === set && candidate.key === index);
  if (object === undefined) {
    throw objectDamaged(set, index, 'is missing from the manifest');
  }
  return object;
}

/** Entries of an index that are handled together; plain data. */
export interface EntryGroup {
  readonly entries: readonly IndexEntry[];
  readonly isLast: boolean;
}

/** Groups that may wait to be asked for. */
const WAITING = 2;

/**
 * Reads a root's index, in groups, each when it is asked for, and checks every rule it has to keep. That it is the one that
 * the manifest means is known when the last group is handed out, and not before.
 */
export class IndexReader {
  readonly set: string;
  private readonly abort = new AbortController();
  private readonly ready: EntryGroup[] = [];
  private readonly done: Promise<void>;
  private failure: Error | null = null;
  private wakeReader: (() => void) | null = null;
  private wakeTaker: (() => void) | null = null;

  constructor(
    stored: StoredRoot,
    source: IndexSource,
    signal: AbortSignal,
    private readonly groups: EntryDivision = new InPathOrder(),
  ) {
    this.set = stored.set;
    this.done = this.read(stored, source, AbortSignal.any([signal, this.abort.signal]));
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

  private async read({ set, record, objects }: StoredRoot, source: IndexSource, signal: AbortSignal): Promise<void> {
    const rules = new IndexRules(set, record, objects);
    const lines = new LineSplitter();
    const consume = async (chunk: Buffer): Promise<void> => {
      for (const line of lines.push(chunk)) {
        const value = explained(set, record.index, () => JSON.parse(line) as unknown);
        const plain = plainEntry(value);
        const parse = plain === null ? await strictParser() : () => plain;
        const complete = explained(set, record.index, () => {
          const entry = parse(value);
          rules.check(entry);
          return this.groups.add(entry);
        });
        for (const entries of complete) {
          await this.offer({ entries, isLast: false }, signal);
        }
      }
    };
    await source(consume, signal);
    explained(set, record.index, () => {
      lines.finish();
      rules.finish();
    });
    await this.offer({ entries: this.groups.rest, isLast: true }, signal);
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

/** Loaded where it is needed: that takes longer than reading thousands of plain entries. */
async function strictParser(): Promise<(line: unknown) => IndexEntry> {
  const { parseEntry } = await import('./parse-entry.js');
  return parseEntry;
}

function explained<T>(set: string, key: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw objectDamaged(set, key, `is no index of a root (${messageOf(error)})`, error);
  }
}
