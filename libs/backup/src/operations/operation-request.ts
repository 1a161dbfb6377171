import type { OperationKind } from '../catalog/catalog.types.js';
import type { ServerAddress } from '../database/server-connection.js';

/** Who asks for an operation, and is told when it runs without having to wait for its end. */
export interface OperationCaller {
  /** The host's user id. */
  readonly initiatedBy?: number;
  /**
   * Told the operation's backupid when its work begins: it is planned, holds its locks, and has passed its checks. Of a
   * schedule's run: when that is recorded.
   */
  readonly onStarted?: (backupid: string) => void;
}

/** A run of a schedule, whose operation was recorded when it was claimed. */
export interface ScheduledRun {
  readonly scheduleId: number;
  /** Null when somebody asked for it. */
  readonly due: Date | null;
  readonly backupid: string;
}

export interface OperationRequest {
  readonly kind: OperationKind;
  readonly caller?: OperationCaller;
  /** Nobody is there who could try again: it waits for databases that others work on. Null: somebody is. */
  readonly scheduled?: ScheduledRun | null;
  /** Cancels from the caller's side. */
  readonly signal?: AbortSignal;
  /** Databases that nobody else may back up or restore meanwhile. */
  readonly databases: readonly string[];
  /** Folders of files, in the same way. Default: none. */
  readonly folders?: readonly string[];
  /** Sets that are read, and not deleted meanwhile. Default: none. */
  readonly sets?: readonly string[];
  /** Where the locks are held. */
  readonly address: ServerAddress;
}
