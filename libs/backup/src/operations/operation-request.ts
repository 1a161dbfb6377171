import type { OperationKind } from '../catalog/catalog.types.js';
import type { ServerAddress } from '../database/server-connection.js';
import type { OperationOrder } from './prepared/operation-order.js';

/** Who asks for an operation, and is told when it runs without having to wait for its end. */
export interface OperationCaller {
  /** The host's user id. */
  readonly initiatedBy?: number;
  /**
   * Told the operation's backupid when its work begins: it is planned, holds its locks, and has passed its checks; or when
   * it has to wait for its turn. Of a schedule's run: when that is recorded.
   */
  readonly onStarted?: (backupid: string) => void;
}

/** A run of a schedule, whose operation was recorded when it was claimed. */
export interface ScheduledRun {
  readonly origin: 'schedule';
  readonly scheduleId: number;
  /** Null when somebody asked for it. */
  readonly due: Date | null;
  readonly backupid: string;
}

/** An operation that was prepared beforehand, and waits in `AWAITING` for whoever carries it out first. */
export interface PreparedRun {
  readonly origin: 'order';
  readonly order: OperationOrder;
  readonly backupid: string;
  /** Nobody is there who could try again: it waits for databases that others work on. */
  readonly isUnattended: boolean;
}

/** An operation that has its row already. */
export type RecordedRun = ScheduledRun | PreparedRun;

export interface OperationRequest {
  readonly kind: OperationKind;
  readonly caller?: OperationCaller;
  /** Null: it gets its row now. */
  readonly recorded?: RecordedRun | null;
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

/** Whether an operation waits for databases that others work on: somebody who is there could try again. */
export function isUnattended(run: RecordedRun | null | undefined): boolean {
  return run?.origin === 'order' ? run.isUnattended : run?.origin === 'schedule';
}

/** Why it is carried out: kept with its plan. */
export function originOf(run: RecordedRun | null | undefined): object {
  switch (run?.origin) {
    case 'schedule':
      return { scheduled: { scheduleId: run.scheduleId, due: run.due } };
    case 'order':
      return { order: run.order };
    case undefined:
      return {};
  }
}
