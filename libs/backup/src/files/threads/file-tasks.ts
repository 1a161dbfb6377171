import type { ObjectRecord } from '../../backup-set/manifest.js';
import type { ObjectFormat } from '../../backup-set/object-format.js';
import type { SetIdentities } from '../../encryption/set-key.js';
import type { EngineLoad } from '../../engine/thread-messages.js';
import type { StorageConfiguration } from '../../storage/backup-storage.js';
import type { BytePath } from '../byte-path.js';
import type { GroupOfSet } from '../check-entries.js';
import type { EarlierRoot } from '../earlier-entries.js';
import type { IndexEntry } from '../index-entry.js';
import type { StoredRoot } from '../index-reader.js';
import type { PackedEntries, PackOptions } from '../pack-entries.js';
import type { Comparison } from '../restore/compare-entries.js';
import type { FileTarget } from '../restore/file-targets.js';
import type { FinishOptions } from '../restore/finish-root.js';
import type { WriteOptions } from '../restore/write-entries.js';
import type { BatchEntry, RootSize } from '../scan-batches.js';
import type { ScanOptions } from '../scan-root.js';
import type { EntryBytes } from './entry-bytes.js';

/** What a thread for files is started with. */
export interface FileThreadSettings {
  readonly storage: StorageConfiguration;
  /** Open the sets that are read. */
  readonly identities: SetIdentities;
  readonly load: EngineLoad;
}

/** Where objects of a root go: plain data. */
export interface RootObjects {
  readonly set: string;
  readonly folder: string;
  readonly format: ObjectFormat;
  /** Numbers the objects through all threads. */
  readonly counter: SharedArrayBuffer;
}

/** What the next entries of a root are: some have to be read, or all of them are stored as they are known. */
export type ScannedEntries = {
  readonly warnings: readonly string[];
  readonly isLast: boolean;
} & ({ readonly entries: EntryBytes<BatchEntry> } | { readonly packed: PackedEntries });

/** Adds up what is to be backed up. */
export interface MeasureTask {
  readonly kind: 'measure';
  readonly scan: ScanOptions;
}

/** Begins a root: its scan and its index are this thread's until `end root`. */
export interface BeginRootTask {
  readonly kind: 'begin root';
  readonly scan: ScanOptions;
  readonly pack: PackOptions;
  readonly objects: RootObjects;
  /** The same root in the set that is built on; null: there is none. */
  readonly earlier: EarlierRoot | null;
  /** Path of a copy of the index that this host can read; null: none is wanted. */
  readonly indexCopy: string | null;
}

/** Gives the next entries of the root; packs them if none has to be read, which takes less than sending them to another thread. */
export interface ScanTask {
  readonly kind: 'scan';
}

/** Appends to the root's index. */
export interface IndexTask {
  readonly kind: 'index';
  readonly lines: Uint8Array;
}

/** Completes the root's index. */
export interface EndRootTask {
  readonly kind: 'end root';
}

/** Stores entries; any thread can. */
export interface PackTask {
  readonly kind: 'pack';
  readonly pack: PackOptions;
  readonly entries: EntryBytes<BatchEntry>;
  readonly objects: RootObjects;
}

/** Begins to read a root's index: this thread's until its last group. */
export interface OpenIndexTask {
  readonly kind: 'open index';
  readonly stored: StoredRoot;
}

/** Gives the next entries of the index. */
export interface NextGroupTask {
  readonly kind: 'next group';
}

/** Entries of an index that are handled together. */
export interface NextGroup {
  readonly entries: EntryBytes<IndexEntry>;
  /** `placeOf` the objects that hold their bytes, each once. */
  readonly places: readonly string[];
  readonly isLast: boolean;
}

/** A group as it goes to the thread that handles it. */
export interface SentGroup extends Omit<GroupOfSet, 'entries'> {
  readonly entries: EntryBytes<IndexEntry>;
}

/** Compares entries with the objects that hold them. */
export interface CheckTask {
  readonly kind: 'check';
  readonly group: SentGroup;
}

/** Says what a restore of entries would change. */
export interface CompareTask {
  readonly kind: 'compare';
  readonly group: SentGroup;
  readonly target: FileTarget;
  readonly isQuick: boolean;
}

/** Writes files. */
export interface WriteTask extends Omit<WriteOptions, 'group'> {
  readonly kind: 'write';
  readonly group: SentGroup;
}

/** Does what comes last in a root: links, folders, what is moved aside. */
export interface FinishTask extends FinishOptions {
  readonly kind: 'finish';
}

/** Takes a restore into a folder back. */
export interface TakeBackTask {
  readonly kind: 'take back';
  readonly base: BytePath;
  readonly operation: string;
}

export interface FileResults {
  measure: RootSize;
  'begin root': undefined;
  scan: ScannedEntries;
  index: undefined;
  'end root': ObjectRecord;
  pack: PackedEntries;
  'open index': undefined;
  'next group': NextGroup;
  check: undefined;
  compare: Comparison;
  write: undefined;
  finish: undefined;
  'take back': undefined;
}

export type FileTask =
  | MeasureTask
  | BeginRootTask
  | ScanTask
  | IndexTask
  | EndRootTask
  | PackTask
  | OpenIndexTask
  | NextGroupTask
  | CheckTask
  | CompareTask
  | WriteTask
  | FinishTask
  | TakeBackTask;

/** What of a task is moved to its thread. */
export function bytesOfTask(task: FileTask): readonly Uint8Array[] {
  switch (task.kind) {
    case 'index':
      return [task.lines];
    case 'pack':
      return [task.entries];
    case 'check':
    case 'compare':
    case 'write':
      return [task.group.entries];
    default:
      return [];
  }
}

/** What of a result is moved to the thread that asked for it. */
export function bytesOfResult(result: FileResults[keyof FileResults]): readonly Uint8Array[] {
  if (result === undefined) {
    return [];
  }
  if ('packed' in result) {
    return [result.packed.index];
  }
  if ('index' in result) {
    return [result.index];
  }
  return 'entries' in result ? [result.entries] : [];
}
