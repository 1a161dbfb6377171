import { Injectable } from '@nestjs/common';
import { OperationStatus } from '../catalog/catalog.types.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import type { OperationSummary } from '../catalog/repositories/operation-records.js';
import { BackupRestoreLogRepository } from '../catalog/repositories/backup-restore-log.repository.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents, type BackupEvent, type EventFailure } from '../events/backup-events.js';
import type { BackupPlan, OperationPlan, RestorePlan, UndoPlan, VerifyPlan } from './operation-plans.js';

/** What became of an operation whose process died. */
export interface Ending {
  /** One line. */
  readonly note: string;
  readonly succeeded: boolean;
}

/** Emits the last events of operations whose process died before it could. */
@Injectable()
export class InterruptionEvents {
  constructor(
    private readonly history: BackupHistoryRepository,
    private readonly restores: BackupRestoreLogRepository,
    private readonly events: BackupEventEmitter,
  ) {}

  /** @param plan null when it died before it had one */
  async report(operation: OperationSummary, plan: OperationPlan | null, ending: Ending): Promise<void> {
    const { backupid, operation: kind, status } = operation;
    const to = ending.succeeded ? OperationStatus.FINISHED_OK : OperationStatus.FINISHED_ERR;
    this.events.emit(BackupEvents.operationChanged, { backupid, operation: kind, from: status, to });
    const failure: EventFailure = { code: 'interrupted', message: ending.note };
    switch (plan?.kind) {
      case undefined:
        return;
      case 'backup':
        return this.reportBackup(backupid, plan, ending, failure);
      case 'restore':
      case 'undo':
        return this.reportRestore(plan, ending, failure);
      case 'verify':
        return this.reportVerification(backupid, plan, failure);
      case 'cleanup':
        this.events.emit(BackupEvents.cleanupFailed, { backupid, ...failure });
    }
  }

  private async reportBackup(
    backupid: string,
    { historyId }: BackupPlan,
    { note, succeeded }: Ending,
    failure: EventFailure,
  ): Promise<void> {
    const row = await this.history.findById(historyId);
    if (row === null) {
      return;
    }
    const event = { id: row.id, backupName: row.backupName, backupType: row.backupType, backupid };
    if (!succeeded) {
      this.events.emit(BackupEvents.failed, { ...event, ...failure });
      return;
    }
    this.events.emit(BackupEvents.completed, {
      ...event,
      fileSize: row.fileSize,
      logicalSize: row.logicalSize ?? 0,
      durationSeconds: row.durationSeconds ?? 0,
      warnings: [note],
    });
  }

  private async reportRestore(
    plan: RestorePlan | UndoPlan,
    { succeeded }: Ending,
    failure: EventFailure,
  ): Promise<void> {
    const row = await this.restores.findById(plan.restoreId);
    const backup = row === null ? null : await this.backupEvent(row.backupId, row.backupid);
    if (row === null || backup === null) {
      return;
    }
    const event = {
      ...backup,
      restoreId: row.id,
      databases: plan.targets.map(({ database }) => database),
      roots: (plan.files ?? []).map(({ root }) => root),
    };
    if (plan.kind === 'undo') {
      if (succeeded) {
        this.events.emit(BackupEvents.restoreUndone, event);
      } else {
        this.events.emit(BackupEvents.restoreUndoFailed, { ...event, ...failure });
      }
    } else if (succeeded) {
      const { startedAt, completedAt } = row;
      const milliseconds = startedAt === null || completedAt === null ? 0 : completedAt.getTime() - startedAt.getTime();
      this.events.emit(BackupEvents.restoreCompleted, { ...event, durationSeconds: Math.round(milliseconds / 1000) });
    } else {
      this.events.emit(BackupEvents.restoreFailed, { ...event, ...failure });
    }
  }

  private async reportVerification(
    backupid: string,
    { historyId, level }: VerifyPlan,
    failure: EventFailure,
  ): Promise<void> {
    const event = await this.backupEvent(historyId, backupid);
    if (event !== null) {
      this.events.emit(BackupEvents.verifyFailed, { ...event, level, ...failure });
    }
  }

  private async backupEvent(id: number, backupid: string | null): Promise<BackupEvent | null> {
    const row = await this.history.findById(id);
    return row === null ? null : { id, backupName: row.backupName, backupType: row.backupType, backupid };
  }
}
