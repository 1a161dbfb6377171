import type { BackupError } from '../errors/backup.error.js';
import type { OperationJournal } from './operation-journal.js';
import type { OperationPlan } from './operation-plans.js';
import type { OperationProgressReport, ProgressMeasure } from './operation-progress.js';

/** What a running operation works with. */
export interface OperationContext {
  readonly backupid: string;
  /** Aborts when the operation is cancelled, from here or by another process. */
  readonly signal: AbortSignal;
  readonly log: OperationJournal;
  /**
   * Throws when somebody has cancelled the operation or taken it for dead, and when that cannot be found out: asked before
   * a step that is not taken back.
   */
  checkpoint(): Promise<void>;
  /** Takes note of how far the work is, which is written to the catalog once a second. @returns what to show of it */
  progress(measure: ProgressMeasure): OperationProgressReport;
}

/** The steps of an operation, in the order of its states. */
export interface OperationSteps<Plan extends OperationPlan, Result> {
  /** Works out what to do; recorded before anything is done. */
  readonly plan: (backupid: string) => Promise<Plan>;
  /** Removes what `plan` has recorded, of an operation that others had ended by then. */
  readonly withdraw?: () => Promise<void>;
  /** Checks that must pass before anything is written: NEED_PRECHECK. */
  readonly precheck?: (plan: Plan, context: OperationContext) => Promise<void>;
  readonly execute: (plan: Plan, context: OperationContext) => Promise<Result>;
  /** Removes what is left of it and tells the outside that it failed. When this throws, the next command finishes the operation. */
  readonly failed: (error: BackupError, backupid: string) => Promise<void>;
}
