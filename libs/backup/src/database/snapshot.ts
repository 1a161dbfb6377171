import type { SnapshotRecord } from '../backup-set/manifest.js';
import type { BinlogPlace } from './engine/engine-tasks.js';

/** A table outside the snapshot: its engine has no transactions. */
export interface LockedTable {
  readonly database: string;
  readonly name: string;
}

/** What happens at the one moment that every worker sees. */
export interface SnapshotSteps<Schema> {
  /** Reads definitions. */
  readonly readSchema: () => Promise<Schema>;
  /** Whether the definitions still stand as they were read. */
  readonly isUnchanged: (schema: Schema) => Promise<boolean>;
  /** Tables that have to be copied before the lock goes. */
  readonly lockedTables: (schema: Schema) => readonly LockedTable[];
  /**
   * Opens the workers' snapshot transactions. Gives the place in the binary log of a single one, where it knows that.
   *
   * @param changes whether definitions can change until the tables are read
   */
  readonly beginSnapshots: (schema: Schema, changes: 'possible' | 'blocked') => Promise<BinlogPlace | null>;
  /** Lets go of what the snapshots hold. */
  readonly dropSnapshots: () => Promise<void>;
  /** Reads what goes on outside of transactions, as sequences do: not before the moment. */
  readonly readSequences: (schema: Schema) => Promise<void>;
  /** Copies the tables that no snapshot covers. */
  readonly copyLocked: (schema: Schema) => Promise<void>;
}

export interface TakenSnapshot<Schema> {
  readonly schema: Schema;
  readonly record: SnapshotRecord;
}
