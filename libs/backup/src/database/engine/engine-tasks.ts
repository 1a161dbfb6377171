import type { Bound, ObjectRecord, RangeRecord } from '../../backup-set/manifest.js';
import type { HeldObject } from '../../backup-set/set-objects.js';
import type { SetIdentities } from '../../encryption/set-key.js';
import type { ObjectFormat } from '../../backup-set/object-format.js';
import type { EngineLoad } from '../../engine/thread-messages.js';
import type { StorageConfiguration } from '../../storage/backup-storage.js';
import type { ServerAddress } from '../server-connection.js';
import type { KeyInterval, TableShape } from '../table-rows.js';

/** What an engine thread is started with. */
export interface EngineSettings {
  readonly storage: StorageConfiguration;
  readonly address: ServerAddress;
  /** Open the sets that are read. */
  readonly identities: SetIdentities;
  readonly load: EngineLoad;
}

/** Opens the transaction whose snapshot all tables are read from. */
export interface SnapshotTask {
  readonly kind: 'snapshot';
  /** Quoted names of tables that may not be changed until the end. */
  readonly hold: readonly string[];
}

/** A place in the server's binary log. */
export interface BinlogPlace {
  readonly file: string;
  readonly position: string;
}

/** A task that may be done in a moment. */
interface MaybeShort {
  /** Whether a thread may be given several of them at a time, so that handing them over does not take longer than doing them. */
  readonly isShort: boolean;
}

/** Plain bytes up to which rows are read or written in a moment. */
export const SHORT_BYTES = 256 * 1024;

/** Reads the rows of an interval and stores them as one or more ranges. */
export interface DumpTask extends MaybeShort {
  readonly kind: 'dump';
  readonly set: string;
  readonly database: string;
  readonly shape: TableShape;
  readonly interval: KeyInterval;
  /** Rows to stop after; null: none. */
  readonly rowLimit: number | null;
  /** Only rows of which it is true; null: all. */
  readonly condition: string | null;
  readonly rangeBytes: number;
  readonly format: ObjectFormat;
  /** Keys of the objects: `<prefix>.<number>.sql.zst`, numbered through all tasks of the table by the counter. */
  readonly objectPrefix: string;
  readonly counter: SharedArrayBuffer;
  /** Bytes; a longer statement could not be restored. */
  readonly maxAllowedPacket: number;
}

export interface DumpResult {
  readonly ranges: readonly RangeRecord[];
  /** Where the rows start that were not read because of the limit; null when all were. */
  readonly rest: Bound | null;
  readonly objects: readonly ObjectRecord[];
  readonly longestStatement: number;
  readonly longestRow: number;
  /** Whether rows hold JSON documents that only MySQL can make. */
  readonly hasTypedDocuments: boolean;
}

/** Finds keys at which a table is divided. */
export interface BoundsTask {
  readonly kind: 'bounds';
  readonly database: string;
  readonly shape: TableShape;
  /** Where to look. */
  readonly interval: KeyInterval;
  /** About one row in 2^exponent begins a range. */
  readonly exponent: number;
  /** Keys to stop after. */
  readonly most: number;
}

export interface BoundsResult {
  /** Literals of the key's columns, in key order. */
  readonly keys: readonly (readonly string[])[];
}

/** Runs the INSERT statements of an object in a schema. */
export interface LoadTask extends MaybeShort {
  readonly kind: 'load';
  readonly object: HeldObject;
  readonly database: string;
  readonly shape: TableShape;
  /** How many rows it holds. */
  readonly rows: number;
  /** How many statements there are. */
  readonly statements: number;
  /** Off lets the server skip the check of unique secondary keys, which the proof makes good. */
  readonly uniqueChecks: boolean;
}

/** Runs statements in a schema with foreign key checks off. */
export interface StatementsTask extends MaybeShort {
  readonly kind: 'statements';
  readonly database: string;
  readonly statements: readonly string[];
}

/** Rows that are hashed as a dump does it. */
interface RangeToHash extends MaybeShort {
  readonly database: string;
  readonly shape: TableShape;
  readonly interval: KeyInterval;
  /** Only rows of which it is true; null: all. */
  readonly condition: string | null;
}

/** Hashes the rows that the snapshot has of a range, to see whether they are those of an earlier set. */
export interface CompareTask extends RangeToHash {
  readonly kind: 'compare';
}

/** Hashes the rows that a range has now. */
export interface ProveTask extends RangeToHash {
  readonly kind: 'prove';
}

export interface RangeHash {
  readonly rows: number;
  readonly plainSha256: string;
}

/** Reads an object and gives the sum of its rows, which is the same in any order. */
export interface SumObjectTask {
  readonly kind: 'sum object';
  readonly object: HeldObject;
  readonly shape: TableShape;
  /** Columns whose values are compared as JSON. */
  readonly json: readonly string[];
}

/** Reads a table and gives the sum of its rows. */
export interface SumTableTask {
  readonly kind: 'sum table';
  readonly database: string;
  readonly shape: TableShape;
  readonly json: readonly string[];
}

export interface SumResult {
  readonly rows: number;
  /** 64 hexadecimal digits. */
  readonly sum: string;
}

/** Reads an object, checks its hashes and, where it holds rows, counts them. */
export interface CheckTask {
  readonly kind: 'check';
  readonly object: HeldObject;
  /** The table whose rows it holds; null for any other object. */
  readonly shape: TableShape | null;
}

export interface CheckResult {
  readonly rows: number;
  readonly statements: number;
  /** Why it is not what was written; null when it is. */
  readonly damage: string | null;
}

export interface EngineResults {
  connect: undefined;
  snapshot: BinlogPlace | null;
  bounds: BoundsResult;
  dump: DumpResult;
  load: undefined;
  statements: undefined;
  compare: RangeHash;
  prove: RangeHash;
  'sum object': SumResult;
  'sum table': SumResult;
  check: CheckResult;
}

export type EngineTask =
  | { readonly kind: 'connect' }
  | SnapshotTask
  | BoundsTask
  | DumpTask
  | CompareTask
  | LoadTask
  | StatementsTask
  | ProveTask
  | SumObjectTask
  | SumTableTask
  | CheckTask;
