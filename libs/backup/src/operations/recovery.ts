import { Injectable } from '@nestjs/common';
import { BackupLogger } from '../backup-logger.js';
import { OperationTamperedError } from '../catalog/catalog.errors.js';
import { LogLevel, OperationExecution, OperationStatus } from '../catalog/catalog.types.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupLogRepository } from '../catalog/repositories/backup-log.repository.js';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import type { OperationSummary } from '../catalog/repositories/operation-records.js';
import { BackupRestoreLogRepository } from '../catalog/repositories/backup-restore-log.repository.js';
import { messageOf } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';
import { InterruptedWork } from './interrupted-work.js';
import { InterruptionEvents } from './interruption-events.js';
import { operationPlan } from './operation-plans.js';
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
  private readonly logger = new BackupLogger();

  constructor(
    private readonly environment: BackupEnvironment,
    private readonly operations: BackupOperationRepository,
    private readonly history: BackupHistoryRepository,
    private readonly restores: BackupRestoreLogRepository,
    private readonly logs: BackupLogRepository,
    private readonly work: InterruptedWork,
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
    await this.logs.append(backupid, [{ level: LogLevel.ERROR, message: note, time: new Date() }]);
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
        ? await this.work.finish(backupid, plan.data, locks)
        : await this.work.finishUnplanned(backupid);
      if (status !== OperationStatus.FINISHED_OK) {
        const end = ending.succeeded ? OperationStatus.FINISHED_OK : OperationStatus.FINISHED_ERR;
        await this.operations.transition(backupid, status, end, ending.succeeded ? {} : { errorCode: 'interrupted' });
      }
      if (!ending.succeeded) {
        await this.logs.append(backupid, [{ level: LogLevel.ERROR, message: ending.note, time: new Date() }]);
      }
      await this.interruptions.report(operation, plan.data ?? null, ending);
      return ending.note;
    } catch (error) {
      if (error instanceof OperationTamperedError) {
        // its plan must not be followed, and it must not be in everybody's way for ever
        await this.work.finishUnplanned(backupid);
        if (status !== OperationStatus.FINISHED_OK) {
          await this.operations.transition(backupid, status, OperationStatus.FINISHED_ERR, { errorCode: error.code });
        }
        return `Operation ${backupid} had been interrupted and its row in backup_controllers was changed from outside: nothing of it was cleaned up; look for schemas named *_restore_${backupid.slice(0, 8)} and find out who writes to that table`;
      }
      return `Operation ${backupid} was interrupted and could not be cleaned up yet: ${messageOf(error)}`;
    }
  }
}

function isOver(status: OperationStatus): boolean {
  return status === OperationStatus.FINISHED_OK || status === OperationStatus.FINISHED_ERR;
}

/** A prepared operation whose time has not come, or that nobody has taken up yet. */
function waits({ status, execution }: OperationSummary): boolean {
  return status === OperationStatus.AWAITING && execution === OperationExecution.DELAYED;
}
