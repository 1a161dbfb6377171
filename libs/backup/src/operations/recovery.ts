import { Injectable, Logger } from '@nestjs/common';
import { findManifest, openManifest, readManifestBytes, removeSet } from '../backup-set/backup-set.js';
import { verifyQuick, verifySealed } from '../backup-set/verification.js';
import { OperationTamperedError } from '../catalog/catalog.errors.js';
import { BackupStatus, OperationExecution, OperationStatus, RestoreStatus } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import {
  BackupOperationRepository,
  type OperationSummary,
} from '../catalog/repositories/backup-operation.repository.js';
import { BackupRestoreLogRepository } from '../catalog/repositories/backup-restore-log.repository.js';
import { recoverRestore, type RecoveredRestore } from '../database/restore/recover-restore.js';
import { ServerConnection } from '../database/server-connection.js';
import { messageOf } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';
import { DeleteBackupService } from './delete-backup.js';
import { NO_TOTALS } from './history-rows.js';
import { InterruptionEvents, type Ending } from './interruption-events.js';
import {
  operationPlan,
  type BackupPlan,
  type CleanupPlan,
  type OperationPlan,
  type RestorePlan,
  type UndoPlan,
} from './operation-plans.js';
import { settleFiles, takeFilesBack } from './restored-files.js';
import { sweepScratchFolders } from './scratch-folders.js';
import { operationLock, ServerLocks } from './server-locks.js';

/** States in which a living operation holds its lock. */
const UNFINISHED = [
  OperationStatus.PLANNED,
  OperationStatus.CONFIGURED,
  OperationStatus.NEED_PRECHECK,
  OperationStatus.AWAITING,
  OperationStatus.EXECUTING,
] as const;
/**
 * Finishes what processes that died left behind: half-written sets, staging schemas, interrupted swaps, files that
 * were being restored, and rows that still say "running".
 */
@Injectable()
export class RecoveryService {
  private readonly logger = new Logger('Backup');

  constructor(
    private readonly environment: BackupEnvironment,
    private readonly operations: BackupOperationRepository,
    private readonly history: BackupHistoryRepository,
    private readonly restores: BackupRestoreLogRepository,
    private readonly deletion: DeleteBackupService,
    private readonly interruptions: InterruptionEvents,
  ) {}

  /** @returns what was cleaned up, a line each; also logged as warnings */
  async recover(): Promise<string[]> {
    return [...(await this.finishAll()), ...(await this.sweep())];
  }

  /** After a kill the files of a drill are on the machine where it ran, wherever its operation is finished. */
  private async sweep(): Promise<string[]> {
    const folders = await sweepScratchFolders(this.environment.options.scratchPath, async (backupid) => {
      const operation = await this.operations.find(backupid);
      return operation !== null && isOver(operation.status);
    });
    const notes = folders.map((folder) => `Files of an interrupted drill were removed with ${folder}`);
    for (const note of notes) {
      this.logger.warn(note);
    }
    return notes;
  }

  private async finishAll(): Promise<string[]> {
    const candidates = await this.candidates();
    if (candidates.length === 0) {
      return [];
    }
    const locks = await ServerLocks.open(this.environment.address, () => undefined);
    const notes: string[] = [];
    try {
      for (const operation of candidates) {
        // the lock of a dead process is free; taking it keeps others from recovering the same operation
        const found = (await locks.take(operationLock(operation.backupid)))
          ? [await this.finish(operation, locks)]
          : await this.endSilent(operation, locks);
        for (const note of found.filter((text) => text !== null)) {
          this.logger.warn(note);
          notes.push(note);
        }
      }
    } finally {
      await locks.release();
    }
    return notes;
  }

  private async candidates(): Promise<OperationSummary[]> {
    const found: OperationSummary[] = [];
    for (const status of UNFINISHED) {
      found.push(...(await this.operations.findByStatus(status)).filter((operation) => !waits(operation)));
    }
    // it has its lock later
    found.push(...(await this.operations.findSilent(OperationStatus.CREATED, this.environment.options.leaseSeconds)));
    for (const backupid of await this.unfinishedRows()) {
      const operation = found.some((row) => row.backupid === backupid) ? null : await this.operations.find(backupid);
      found.push(...(operation === null ? [] : [operation]));
    }
    return found;
  }

  /** Operations whose backup or restore is not over, whatever they say themselves: they may have died while cancelled. */
  private async unfinishedRows(): Promise<string[]> {
    const rows = [...(await this.history.findUnfinished()), ...(await this.restores.findUnfinished())];
    return rows.flatMap(({ backupid }) => (backupid === null ? [] : [backupid]));
  }

  /**
   * A process that is stopped, or whose machine was cut off, still has its locks. It finds out with the next sign of life
   * that it tries to give, before it takes any step for good.
   */
  private async endSilent(operation: OperationSummary, locks: ServerLocks): Promise<(string | null)[]> {
    const { backupid, status } = operation;
    const { leaseSeconds } = this.environment.options;
    if (!(await this.operations.endSilent(backupid, status, leaseSeconds))) {
      return [];
    }
    const note = `Operation ${backupid} gave no sign of life for ${String(leaseSeconds)} s and was ended`;
    return (await locks.wrest(operationLock(backupid)))
      ? [note, await this.finish({ ...operation, status: OperationStatus.FINISHED_ERR }, locks)]
      : [note];
  }

  private async finish(operation: OperationSummary, locks: ServerLocks): Promise<string | null> {
    const { backupid, status } = operation;
    const current = await this.operations.find(backupid);
    if (current?.status !== status || (isOver(status) && !(await this.unfinishedRows()).includes(backupid))) {
      return null;
    }
    if (operation.interactive && status === OperationStatus.NEED_PRECHECK) {
      // nothing was done yet
      await this.operations.transition(backupid, status, OperationStatus.SETTING_UI);
      return `The confirmation of operation ${backupid} had been interrupted: it can be confirmed again`;
    }
    try {
      const loaded = await this.operations.load(backupid);
      const plan = operationPlan.safeParse(loaded?.plan);
      const ending = plan.success
        ? await this.finishPlan(backupid, plan.data, locks)
        : await this.finishUnplanned(backupid);
      if (status !== OperationStatus.FINISHED_OK) {
        const end = ending.succeeded ? OperationStatus.FINISHED_OK : OperationStatus.FINISHED_ERR;
        await this.operations.transition(backupid, status, end);
      }
      await this.interruptions.report(operation, plan.data ?? null, ending);
      return ending.note;
    } catch (error) {
      if (error instanceof OperationTamperedError) {
        // its plan must not be followed, and it must not be in everybody's way for ever
        await this.finishUnplanned(backupid);
        if (status !== OperationStatus.FINISHED_OK) {
          await this.operations.transition(backupid, status, OperationStatus.FINISHED_ERR);
        }
        return `Operation ${backupid} had been interrupted and its row in backup_controllers was changed from outside: nothing of it was cleaned up; look for schemas named *_restore_${backupid.slice(0, 8)} and find out who writes to that table`;
      }
      return `Operation ${backupid} was interrupted and could not be cleaned up yet: ${messageOf(error)}`;
    }
  }

  private async finishPlan(backupid: string, plan: OperationPlan, locks: ServerLocks): Promise<Ending> {
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

  private async finishUnplanned(backupid: string): Promise<Ending> {
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

function isOver(status: OperationStatus): boolean {
  return status === OperationStatus.FINISHED_OK || status === OperationStatus.FINISHED_ERR;
}

/** A prepared operation whose time has not come, or that nobody has taken up yet. */
function waits({ status, execution }: OperationSummary): boolean {
  return status === OperationStatus.AWAITING && execution === OperationExecution.DELAYED;
}
