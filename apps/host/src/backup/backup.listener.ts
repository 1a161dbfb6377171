import {
  BackupEvents,
  type BackupCompletedEvent,
  type BackupEvent,
  type BackupFailedEvent,
  type BackupVerifiedEvent,
  type CleanupCompletedEvent,
  type RestoreCompletedEvent,
  type RestoreEvent,
  type RestoreFailedEvent,
  type VerifyFailedEvent,
} from '@app/backup';
import { Injectable, Logger } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';

/** What an application can do with lifecycle events: here they go to its log. */
@Injectable()
export class BackupListener {
  private readonly logger = new Logger('BackupListener');

  @OnEvent(BackupEvents.started)
  started({ id, backupName }: BackupEvent): void {
    this.logger.log(`Backup ${String(id)} started: ${backupName}`);
  }

  @OnEvent(BackupEvents.completed)
  completed({ id, fileSize, durationSeconds }: BackupCompletedEvent): void {
    this.logger.log(`Backup ${String(id)} completed: ${String(fileSize)} bytes in ${String(durationSeconds)} s`);
  }

  @OnEvent(BackupEvents.failed)
  failed({ id, code }: BackupFailedEvent): void {
    this.logger.log(`Backup ${String(id)} failed: ${code}`);
  }

  @OnEvent(BackupEvents.cancelled)
  cancelled({ id }: BackupFailedEvent): void {
    this.logger.log(`Backup ${String(id)} was cancelled`);
  }

  @OnEvent(BackupEvents.verified)
  verified({ id, level }: BackupVerifiedEvent): void {
    this.logger.log(`Backup ${String(id)} passed ${level} verification`);
  }

  @OnEvent(BackupEvents.verificationFailed)
  verificationFailed({ id, code }: VerifyFailedEvent): void {
    this.logger.log(`Backup ${String(id)} is not sound: ${code}`);
  }

  @OnEvent(BackupEvents.deleted)
  deleted({ id, backupName }: BackupEvent): void {
    this.logger.log(`Backup ${String(id)} deleted: ${backupName}`);
  }

  @OnEvent(BackupEvents.restoreStarted)
  restoreStarted({ restoreId, databases }: RestoreEvent): void {
    this.logger.log(`Restore ${String(restoreId)} started: ${databases.join(', ')}`);
  }

  @OnEvent(BackupEvents.restoreStaged)
  restoreStaged({ restoreId }: RestoreEvent): void {
    this.logger.log(`Restore ${String(restoreId)} staged and proven`);
  }

  @OnEvent(BackupEvents.restoreCompleted)
  restoreCompleted({ restoreId, durationSeconds }: RestoreCompletedEvent): void {
    this.logger.log(`Restore ${String(restoreId)} completed in ${String(durationSeconds)} s`);
  }

  @OnEvent(BackupEvents.restoreFailed)
  restoreFailed({ restoreId, code }: RestoreFailedEvent): void {
    this.logger.log(`Restore ${String(restoreId)} failed: ${code}`);
  }

  @OnEvent(BackupEvents.restoreUndone)
  restoreUndone({ restoreId }: RestoreEvent): void {
    this.logger.log(`Restore ${String(restoreId)} undone`);
  }

  @OnEvent(BackupEvents.cleanupCompleted)
  cleanedUp({ deleted, freedBytes }: CleanupCompletedEvent): void {
    this.logger.log(`Cleanup deleted ${String(deleted.length)} backups, ${String(freedBytes)} bytes`);
  }
}
