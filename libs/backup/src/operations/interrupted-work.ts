import { Injectable } from '@nestjs/common';
import { findManifest, openManifest, readManifestBytes, removeSet } from '../backup-set/backup-set.js';
import { verifyQuick, verifySealed } from '../backup-set/verification.js';
import { BackupStatus, RestoreStatus } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupRestoreLogRepository } from '../catalog/repositories/backup-restore-log.repository.js';
import { recoverRestore, type RecoveredRestore } from '../database/restore/recover-restore.js';
import { ServerConnection } from '../database/server-connection.js';
import { BackupEnvironment } from './backup-environment.js';
import { DeleteBackupService } from './delete-backup.js';
import { NO_TOTALS } from './history-rows.js';
import type { Ending } from './interruption-events.js';
import type { BackupPlan, CleanupPlan, OperationPlan, RestorePlan, UndoPlan } from './operation-plans.js';
import { settleFiles, takeFilesBack } from './restored-files.js';
import type { ServerLocks } from './server-locks.js';

/** Brings what an interrupted operation was about to an end, by what its plan says, and records that in its rows. */
@Injectable()
export class InterruptedWork {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly history: BackupHistoryRepository,
    private readonly restores: BackupRestoreLogRepository,
    private readonly deletion: DeleteBackupService,
  ) {}

  /** @param locks with which nobody else does it meanwhile */
  async finish(backupid: string, plan: OperationPlan, locks: ServerLocks): Promise<Ending> {
    switch (plan.kind) {
      case 'backup':
        return this.finishBackup(plan);
      case 'restore':
      case 'undo':
        // nobody may back up or restore what is being put right
        await locks.takeDatabases(plan.targets.map((target) => target.database));
        await locks.takeFolders((plan.files ?? []).map(({ folder }) => folder));
        return plan.kind === 'restore' ? this.finishRestore(backupid, plan) : this.finishUndo(plan);
      case 'cleanup':
        return this.finishCleanup(backupid, plan);
      case 'verify':
        // a drill leaves scratch schemas behind
        await this.settleDatabases(plan.targets ?? []);
        return { note: `Operation ${backupid} (${plan.kind}) had been interrupted: start it again`, succeeded: false };
    }
  }

  /** Backups that had lost their manifest are deleted to the end. The others are still whole: the next cleanup decides. */
  private async finishCleanup(backupid: string, plan: CleanupPlan): Promise<Ending> {
    const finished = await this.deletion.finish(plan.delete);
    const outcome =
      finished.length > 0 ? `the deletion of backup ${finished.join(', ')} was finished` : 'start it again';
    return { note: `Operation ${backupid} (cleanup) had been interrupted: ${outcome}`, succeeded: false };
  }

  /** What never came so far that it had a plan. */
  async finishUnplanned(backupid: string): Promise<Ending> {
    const errorMessage = 'The process ended before it did anything.';
    for (const row of await this.history.findUnfinished()) {
      if (row.backupid === backupid) {
        await this.history.update(row.id, { status: BackupStatus.FAILED, completedAt: new Date(), errorMessage });
      }
    }
    for (const row of await this.restores.findUnfinished()) {
      if (row.backupid === backupid) {
        await this.restores.update(row.id, { status: RestoreStatus.FAILED, completedAt: new Date(), errorMessage });
      }
    }
    return { note: `Operation ${backupid} had been interrupted before it did anything`, succeeded: false };
  }

  /** A set with a manifest is whole: only the row was missing. Without one it is removed. */
  private async finishBackup(plan: BackupPlan): Promise<Ending> {
    const { storage } = this.environment;
    const label = `Backup ${String(plan.historyId)} (${plan.set})`;
    // in storage that is not mounted nothing would be found, and nothing removed
    await storage.check();
    const found = await findManifest(storage, plan.set);
    if (found !== null) {
      const row = await this.history.findById(plan.historyId);
      if (row?.checksum === null) {
        return this.leaveWhole(plan, label);
      }
      await this.finishWhole(plan, row, found === 'encrypted');
      return { note: `${label} had been interrupted after its last step: it is complete`, succeeded: true };
    }
    await removeSet(storage, plan.set);
    const reason = 'The process that made this backup ended before it was complete.';
    await this.history.update(plan.historyId, {
      ...NO_TOTALS,
      status: BackupStatus.FAILED,
      completedAt: new Date(),
      errorMessage: reason,
    });
    return { note: `${label} had been interrupted: its unfinished objects were removed`, succeeded: false };
  }

  /**
   * A row knows all about its set before the set is whole. One that does not is a copy from inside the set, as it comes
   * back when a set is restored by hand: nothing here tells whether this set is ours.
   */
  private async leaveWhole({ historyId }: BackupPlan, label: string): Promise<Ending> {
    const reason = 'The catalog is older than this set, which is whole: take it up with backup:import.';
    await this.history.update(historyId, {
      status: BackupStatus.FAILED,
      completedAt: new Date(),
      errorMessage: reason,
    });
    return { note: `${label} is newer than the catalog, and whole: take it up with backup:import`, succeeded: false };
  }

  /** An encrypted one cannot be read here. */
  private async finishWhole(
    { historyId, set }: BackupPlan,
    row: BackupHistory | null,
    isEncrypted: boolean,
  ): Promise<void> {
    const { storage } = this.environment;
    const bytes = await readManifestBytes(storage, set, isEncrypted, row?.checksum ?? '');
    if (isEncrypted) {
      await verifySealed(storage, set, row?.fileSize ?? 0);
    } else {
      await verifyQuick(storage, (await openManifest(set, bytes, null)).manifest);
    }
    await this.history.update(historyId, { status: BackupStatus.COMPLETED, errorMessage: null });
  }

  private async finishRestore(backupid: string, plan: RestorePlan): Promise<Ending> {
    const label = `Restore ${String(plan.restoreId)} of ${plan.set} had been interrupted`;
    if (plan.inPlace && plan.targets.length > 0) {
      await takeFilesBack(this.environment, plan.files, backupid);
      const note = `${label} while it wrote to the live database: restore the safety backup made before it`;
      await this.endRestore(plan, false, note);
      return { note, succeeded: false };
    }
    const { isRestored, notes } = await this.settle(plan, backupid);
    const note = `${label}: ${notes.length > 0 ? notes.join('; ') : 'nothing was left of it, live data was not touched'}`;
    await this.endRestore(plan, isRestored, note);
    return { note, succeeded: isRestored };
  }

  private async finishUndo(plan: UndoPlan): Promise<Ending> {
    const { isRestored, notes } = await this.settle(plan, plan.operation ?? '');
    if (!isRestored) {
      await this.restores.update(plan.restoreId, { status: RestoreStatus.UNDONE });
    }
    const outcome = isRestored ? 'it had not begun, the restore stays' : notes.join('; ') || 'it was complete';
    return {
      note: `The undo of restore ${String(plan.restoreId)} had been interrupted: ${outcome}`,
      succeeded: !isRestored,
    };
  }

  /** Databases first: files follow what has become of them. @param operation of the restore */
  private async settle({ targets, files }: RestorePlan | UndoPlan, operation: string): Promise<RecoveredRestore> {
    const databases = targets.length > 0 ? await this.settleDatabases(targets) : null;
    const settled = await settleFiles(this.environment, files, operation, databases?.isRestored ?? null);
    return {
      isRestored: databases?.isRestored ?? settled.isRestored,
      notes: [...(databases?.notes ?? []), ...settled.notes],
    };
  }

  private async settleDatabases(targets: RestorePlan['targets']): Promise<RecoveredRestore> {
    const connection = await ServerConnection.open(this.environment.address);
    try {
      return await recoverRestore(connection, targets);
    } finally {
      await connection.end();
    }
  }

  private async endRestore(plan: RestorePlan, isFinished: boolean, note: string): Promise<void> {
    await this.restores.update(plan.restoreId, {
      status: isFinished ? RestoreStatus.COMPLETED : RestoreStatus.FAILED,
      completedAt: new Date(),
      errorMessage: isFinished ? null : note,
    });
  }
}
