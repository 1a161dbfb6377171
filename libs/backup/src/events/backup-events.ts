import type { Alert } from '../health/evaluate-alerts.js';
import type { BackupErrorCode } from '../errors/backup.error.js';
import type { BackupType, OperationKind, OperationStatus } from '../catalog/catalog.types.js';

/**
 * Names of the lifecycle events, for `@OnEvent(BackupEvents.completed)`.
 *
 * An operation ends with one of its last events: it is completed (a verification: `verified` or `verificationFailed`; an
 * undo: `restoreUndone`), failed, or cancelled. The last event of an operation whose process died, or lost the server, comes
 * from the process that cleans up after it: then a backup that had failed for want of the server may turn out to be
 * complete. Every step of every operation is an `operationChanged` as well.
 */
export const BackupEvents = {
  started: 'backup.started',
  progress: 'backup.progress',
  completed: 'backup.completed',
  failed: 'backup.failed',
  cancelled: 'backup.cancelled',
  deleted: 'backup.deleted',
  verifyStarted: 'verify.started',
  verifyProgress: 'verify.progress',
  /** The backup is sound, as far as the level looks. */
  verified: 'backup.verified',
  /** The backup is damaged, or gone. */
  verificationFailed: 'backup.verification_failed',
  /** The backup could not be looked at: nothing is known about it. */
  verifyFailed: 'verify.failed',
  verifyCancelled: 'verify.cancelled',
  restoreStarted: 'restore.started',
  restoreProgress: 'restore.progress',
  /** Everything is staged and proven; live data is not touched yet. */
  restoreStaged: 'restore.staged',
  restoreCompleted: 'restore.completed',
  restoreFailed: 'restore.failed',
  restoreCancelled: 'restore.cancelled',
  restoreUndone: 'restore.undone',
  restoreUndoFailed: 'restore.undo_failed',
  cleanupStarted: 'cleanup.started',
  cleanupProgress: 'cleanup.progress',
  cleanupCompleted: 'cleanup.completed',
  cleanupFailed: 'cleanup.failed',
  cleanupCancelled: 'cleanup.cancelled',
  /** Alerts that were not there before: only where mail or a webhook is set up, since only then somebody looks. */
  unhealthy: 'health.unhealthy',
  operationChanged: 'operation.changed',
} as const;

/** What every event about one backup says. */
export interface BackupEvent {
  readonly id: number;
  readonly backupName: string;
  readonly backupType: BackupType;
  /** The operation; of a deletion the one that made the backup, null where that is not known, as of an imported one. */
  readonly backupid: string | null;
}

/** How far an operation is, a few times a second. */
export interface ProgressEvent {
  /** 0 to 1, weighted by bytes; never going back, and 1 only when the operation is done. */
  readonly fraction: number;
  /** Plain bytes handled so far. */
  readonly bytes: number;
  /** Bytes a second lately; 0 before anything can be said. */
  readonly bytesPerSecond: number;
  /** At the pace of lately; null before anything can be said. */
  readonly secondsLeft: number | null;
}

export interface BackupProgressEvent extends BackupEvent, ProgressEvent {}

export interface BackupCompletedEvent extends BackupEvent {
  /** Bytes added to storage. */
  readonly fileSize: number;
  /** Bytes before compression. */
  readonly logicalSize: number;
  readonly durationSeconds: number;
  readonly warnings: readonly string[];
}

/** Why something ended that was not completed. */
export interface EventFailure {
  /** `cancelled` for what was cancelled; `interrupted` when the process died, or stood still and was taken for dead. */
  readonly code: BackupErrorCode;
  /** One line: what happened, why, and what to do. */
  readonly message: string;
}

export interface BackupFailedEvent extends BackupEvent, EventFailure {}

/** About a verification; `backupid` is that of the verification, not of the backup. */
export interface VerifyEvent extends BackupEvent {
  readonly level: 'quick' | 'full' | 'drill';
}

export interface VerifyProgressEvent extends VerifyEvent, ProgressEvent {}

export interface BackupVerifiedEvent extends VerifyEvent {
  readonly durationSeconds: number;
}

export interface VerifyFailedEvent extends VerifyEvent, EventFailure {}

/** About a restore or its undo; `backupid` is that of the restore, not of the backup. */
export interface RestoreEvent extends BackupEvent {
  /** Row of backup_restore_log. */
  readonly restoreId: number;
  /** Restored databases, under the names they get. */
  readonly databases: readonly string[];
  /** Names of restored file roots. */
  readonly roots: readonly string[];
}

export interface RestoreProgressEvent extends RestoreEvent, ProgressEvent {}

export interface RestoreCompletedEvent extends RestoreEvent {
  readonly durationSeconds: number;
}

export interface RestoreFailedEvent extends RestoreEvent, EventFailure {}

/** About a cleanup. Each backup that it deletes is a `backup.deleted` as well. */
export interface CleanupEvent {
  readonly backupid: string;
}

export interface CleanupStartedEvent extends CleanupEvent {
  /** Ids of the backups that no rule keeps. */
  readonly planned: readonly number[];
}

/** `bytes` are those that were freed. */
export interface CleanupProgressEvent extends CleanupEvent, ProgressEvent {}

export interface CleanupCompletedEvent extends CleanupEvent {
  /** Ids of the deleted backups. */
  readonly deleted: readonly number[];
  readonly freedBytes: number;
}

export interface CleanupFailedEvent extends CleanupEvent, EventFailure {}

/** A step of an operation through its states; also of the deletion of one backup, which is a cleanup. */
export interface OperationChangedEvent {
  readonly backupid: string;
  readonly operation: OperationKind;
  /** Null when it was just made. */
  readonly from: OperationStatus | null;
  readonly to: OperationStatus;
}

export interface UnhealthyEvent {
  readonly alerts: readonly Alert[];
}

/** Event names and their payloads. Payloads are frozen: a listener cannot change what the next one gets. */
export interface BackupEventMap {
  'backup.started': BackupEvent;
  'backup.progress': BackupProgressEvent;
  'backup.completed': BackupCompletedEvent;
  'backup.failed': BackupFailedEvent;
  'backup.cancelled': BackupFailedEvent;
  'backup.deleted': BackupEvent;
  'verify.started': VerifyEvent;
  'verify.progress': VerifyProgressEvent;
  'backup.verified': BackupVerifiedEvent;
  'backup.verification_failed': VerifyFailedEvent;
  'verify.failed': VerifyFailedEvent;
  'verify.cancelled': VerifyFailedEvent;
  'restore.started': RestoreEvent;
  'restore.progress': RestoreProgressEvent;
  'restore.staged': RestoreEvent;
  'restore.completed': RestoreCompletedEvent;
  'restore.failed': RestoreFailedEvent;
  'restore.cancelled': RestoreFailedEvent;
  'restore.undone': RestoreEvent;
  'restore.undo_failed': RestoreFailedEvent;
  'cleanup.started': CleanupStartedEvent;
  'cleanup.progress': CleanupProgressEvent;
  'cleanup.completed': CleanupCompletedEvent;
  'cleanup.failed': CleanupFailedEvent;
  'cleanup.cancelled': CleanupFailedEvent;
  'health.unhealthy': UnhealthyEvent;
  'operation.changed': OperationChangedEvent;
}
