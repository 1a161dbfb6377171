import { Injectable, Logger } from '@nestjs/common';
import { removeSet, readManifest, setExists } from '../backup-set/backup-set.js';
import { verifyQuick } from '../backup-set/verification.js';
import { OperationTamperedError } from '../catalog/catalog.errors.js';
import { BackupStatus, OperationStatus, RestoreStatus } from '../catalog/catalog.types.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import {
  BackupOperationRepository,
  type OperationSummary,
} from '../catalog/repositories/backup-operation.repository.js';
import { BackupRestoreLogRepository } from '../catalog/repositories/backup-restore-log.repository.js';
import { dropScratch } from '../database/restore/staged-restore.js';
import { ServerConnection } from '../database/server-connection.js';
import { messageOf } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';
import { completedRow } from './history-rows.js';
import { operationPlan, type BackupPlan, type RestorePlan } from './operation-plans.js';
import { operationLock, ServerLocks } from './server-locks.js';

/** States in which a living operation holds its lock. */
const UNFINISHED = [OperationStatus.NEED_PRECHECK, OperationStatus.AWAITING, OperationStatus.EXECUTING] as const;
/** States that last for moments, before the lock is taken. */
const STARTING = [OperationStatus.CREATED, OperationStatus.PLANNED, OperationStatus.CONFIGURED] as const;
/** Without a sign of life for this long an operation is taken for dead, seconds. */
const DEAD_AFTER = 60;

/**
 * Finishes what processes that died left behind: half-written sets, staging schemas, interrupted swaps, and rows that
 * still say "running".
 */
@Injectable()
export class RecoveryService {
  private readonly logger = new Logger('Backup');

  constructor(
    private readonly environment: BackupEnvironment,
    private readonly operations: BackupOperationRepository,
    private readonly history: BackupHistoryRepository,
    private readonly restores: BackupRestoreLogRepository,
  ) {}

  /** @returns what was cleaned up, a line each; also logged as warnings */
  async recover(): Promise<string[]> {
    const candidates = await this.candidates();
    if (candidates.length === 0) {
      return [];
    }
    const locks = await ServerLocks.open(this.environment.address, () => undefined);
    const notes: string[] = [];
    try {
      for (const operation of candidates) {
        // the lock of a dead process is free; taking it keeps others from recovering the same operation
        if (await locks.take(operationLock(operation.backupid))) {
          const note = await this.finish(operation);
          if (note !== null) {
            this.logger.warn(note);
            notes.push(note);
          }
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
      found.push(...(await this.operations.findByStatus(status)));
    }
    const now = Date.now() / 1000;
    for (const status of STARTING) {
      const rows = await this.operations.findByStatus(status);
      found.push(...rows.filter((row) => now - row.updatedAt > DEAD_AFTER));
    }
    return found;
  }

  private async finish({ backupid, status }: OperationSummary): Promise<string | null> {
    const current = await this.operations.find(backupid);
    if (current?.status !== status) {
      return null;
    }
    let note = `Operation ${backupid} had been interrupted before it did anything`;
    let succeeded = false;
    try {
      const loaded = await this.operations.load(backupid);
      const plan = operationPlan.safeParse(loaded?.plan);
      if (plan.success && plan.data.kind === 'backup') {
        ({ note, succeeded } = await this.finishBackup(plan.data));
      } else if (plan.success && plan.data.kind === 'restore') {
        note = await this.finishRestore(plan.data);
      }
    } catch (error) {
      if (error instanceof OperationTamperedError) {
        // its plan must not be followed, and it must not be in everybody's way for ever
        await this.operations.transition(backupid, status, OperationStatus.FINISHED_ERR);
        return `Operation ${backupid} had been interrupted and its row in backup_controllers was changed from outside: nothing of it was cleaned up; look for schemas named *_restore_${backupid.slice(0, 8)} and find out who writes to that table`;
      }
      return `Operation ${backupid} was interrupted and could not be cleaned up yet: ${messageOf(error)}`;
    }
    await this.operations.transition(
      backupid,
      status,
      succeeded ? OperationStatus.FINISHED_OK : OperationStatus.FINISHED_ERR,
    );
    return note;
  }

  /** A set with a manifest is whole: only the row was missing. Without one it is removed. */
  private async finishBackup(plan: BackupPlan): Promise<{ note: string; succeeded: boolean }> {
    const { storage } = this.environment;
    const label = `Backup ${String(plan.historyId)} (${plan.set})`;
    if (await setExists(storage, plan.set)) {
      const stored = await readManifest(storage, plan.set, null);
      await verifyQuick(storage, stored.manifest);
      const { startedAt, completedAt } = stored.manifest;
      await this.history.update(plan.historyId, completedRow(stored, new Date(startedAt), new Date(completedAt)));
      return { note: `${label} had been interrupted after its last step: it is complete`, succeeded: true };
    }
    await removeSet(storage, plan.set);
    const reason = 'The process that made this backup ended before it was complete.';
    await this.history.update(plan.historyId, {
      status: BackupStatus.FAILED,
      completedAt: new Date(),
      errorMessage: reason,
    });
    return { note: `${label} had been interrupted: its unfinished objects were removed`, succeeded: false };
  }

  private async finishRestore(plan: RestorePlan): Promise<string> {
    const label = `Restore ${String(plan.restoreId)} of ${plan.set} had been interrupted`;
    if (plan.inPlace) {
      await this.endRestore(plan, false, `${label} while it wrote to the live database: restore the safety backup.`);
      return `${label} while it wrote to the live database: restore the safety backup made before it`;
    }
    const connection = await ServerConnection.open(this.environment.address);
    const done: string[] = [];
    try {
      for (const target of plan.targets) {
        const note = await dropScratch(connection, target.staging, target.undo);
        done.push(...(note === null ? [] : [note]));
      }
    } finally {
      await connection.end();
    }
    const isFinished = done.some((note) => note.includes('was finished'));
    const note = `${label}: ${done.length > 0 ? done.join('; ') : 'nothing was left of it, live data was not touched'}`;
    await this.endRestore(plan, isFinished, note);
    return note;
  }

  private async endRestore(plan: RestorePlan, isFinished: boolean, note: string): Promise<void> {
    await this.restores.update(plan.restoreId, {
      status: isFinished ? RestoreStatus.COMPLETED : RestoreStatus.FAILED,
      completedAt: new Date(),
      errorMessage: isFinished ? null : note,
    });
  }
}
