import type { BackupType } from '../catalog/catalog.types.js';

/** Names of the lifecycle events, for `@OnEvent(BackupEvents.completed)`. */
export const BackupEvents = {
  started: 'backup.started',
  progress: 'backup.progress',
  completed: 'backup.completed',
  failed: 'backup.failed',
  verified: 'backup.verified',
  verificationFailed: 'backup.verification_failed',
  deleted: 'backup.deleted',
  restoreStarted: 'restore.started',
  restoreStaged: 'restore.staged',
  restoreCompleted: 'restore.completed',
  restoreFailed: 'restore.failed',
  restoreUndone: 'restore.undone',
  cleanupCompleted: 'cleanup.completed',
} as const;

/** What every event about one backup says. */
export interface BackupEvent {
  readonly id: number;
  readonly backupName: string;
  readonly backupType: BackupType;
  /** The operation; null when none was recorded, as for a deletion. */
  readonly backupid: string | null;
}

export interface BackupProgressEvent extends BackupEvent {
  /** 0 to 1, never going back. */
  readonly fraction: number;
  /** Plain bytes handled so far. */
  readonly bytes: number;
}

export interface BackupCompletedEvent extends BackupEvent {
  /** Bytes added to storage. */
  readonly fileSize: number;
  /** Bytes before compression. */
  readonly logicalSize: number;
  readonly durationSeconds: number;
  readonly warnings: readonly string[];
}

export interface BackupFailedEvent extends BackupEvent {
  readonly code: string;
  readonly message: string;
}

export interface BackupVerifiedEvent extends BackupEvent {
  readonly level: 'quick' | 'full';
  readonly durationSeconds: number;
}

export interface RestoreEvent extends BackupEvent {
  /** Row of backup_restore_log. */
  readonly restoreId: number;
  /** Restored databases, under the names they get. */
  readonly databases: readonly string[];
}

export interface RestoreCompletedEvent extends RestoreEvent {
  readonly durationSeconds: number;
}

export interface RestoreFailedEvent extends RestoreEvent {
  readonly code: string;
  readonly message: string;
}

export interface CleanupCompletedEvent {
  readonly backupid: string;
  /** Ids of the deleted backups. */
  readonly deleted: readonly number[];
  readonly freedBytes: number;
}

/** Event names and their payloads. */
export interface BackupEventMap {
  'backup.started': BackupEvent;
  'backup.progress': BackupProgressEvent;
  'backup.completed': BackupCompletedEvent;
  'backup.failed': BackupFailedEvent;
  'backup.verified': BackupVerifiedEvent;
  'backup.verification_failed': BackupFailedEvent;
  'backup.deleted': BackupEvent;
  'restore.started': RestoreEvent;
  'restore.staged': RestoreEvent;
  'restore.completed': RestoreCompletedEvent;
  'restore.failed': RestoreFailedEvent;
  'restore.undone': RestoreEvent;
  'cleanup.completed': CleanupCompletedEvent;
}
