import type {
  OperationExecution,
  OperationFormat,
  OperationKind,
  OperationPurpose,
  OperationScope,
  OperationStatus,
} from '../catalog.types.js';
import type { BackupOperation } from '../entities/backup-operation.entity.js';

/** An operation without its plan, which only `load` hands out, checked. */
export type OperationSummary = Omit<BackupOperation, 'controller' | 'checksum'>;

export interface LoadedOperation {
  readonly operation: OperationSummary;
  /** As it was given to `create` or `updatePlan`, after a trip through JSON. */
  readonly plan: unknown;
  /** Of the plan as it is stored: another one, when somebody changes it. */
  readonly checksum: string;
}

export interface NewOperation {
  /** A new one unless given. */
  readonly backupid?: string;
  readonly operation: OperationKind;
  readonly type: OperationScope;
  /** What to do, with which settings: anything that JSON can hold. No secrets. */
  readonly plan: object;
  /** `CREATED` unless given. */
  readonly status?: OperationStatus;
  /** 0 unless given. */
  readonly itemid?: number;
  /** `native` unless given. */
  readonly format?: OperationFormat;
  /** False unless given. */
  readonly interactive?: boolean;
  /** `GENERAL` unless given. */
  readonly purpose?: OperationPurpose;
  readonly userid?: number | null;
  /** `IMMEDIATE` unless given. */
  readonly execution?: OperationExecution;
  /** Epoch seconds, for delayed operations; `now` is the server's. 0 unless given. */
  readonly executiontime?: number | 'now';
}

/** What may change along with the status. */
export type OperationPatch = Partial<
  Pick<BackupOperation, 'errorCode' | 'execution' | 'executiontime' | 'interactive' | 'progress' | 'userid'>
>;

export interface OperationFilters {
  readonly operation?: OperationKind;
  readonly status?: OperationStatus;
  readonly type?: OperationScope;
  readonly itemid?: number;
  readonly userid?: number;
  /** Id of the last row of the page before. */
  readonly before?: number;
  /** Rows a page, 50 unless given, 500 at most. */
  readonly limit?: number;
}

/** How far an operation is. */
export interface OperationSign {
  /** 0 to 1. */
  readonly fraction: number;
  /** Plain bytes handled so far. */
  readonly bytes: number;
  readonly bytesPerSecond: number;
  /** Null: nobody can say. */
  readonly secondsLeft: number | null;
}

/** The columns of a summary. */
export const SUMMARY = {
  id: true,
  backupid: true,
  operation: true,
  type: true,
  itemid: true,
  format: true,
  interactive: true,
  purpose: true,
  userid: true,
  status: true,
  execution: true,
  executiontime: true,
  progress: true,
  bytes: true,
  bytesPerSecond: true,
  secondsLeft: true,
  errorCode: true,
  createdAt: true,
  updatedAt: true,
} as const satisfies Record<keyof OperationSummary, true>;
