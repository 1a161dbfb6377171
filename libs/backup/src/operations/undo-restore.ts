import { Injectable } from '@nestjs/common';
import { OperationKind, RestoreStatus } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import type { BackupRestoreLog } from '../catalog/entities/backup-restore-log.entity.js';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import { BackupRestoreLogRepository } from '../catalog/repositories/backup-restore-log.repository.js';
import { nothingToUndo } from '../database/restore/restore.errors.js';
import { checkUndoPrivileges } from '../database/restore/restore-privileges.js';
import { SwapBack } from '../database/restore/swap-back.js';
import { claimSwap } from '../database/restore/swap-session.js';
import { readUndoRecord, type UndoRecord } from '../database/restore/undo-record.js';
import { ServerConnection } from '../database/server-connection.js';
import { fromText } from '../files/byte-path.js';
import { nothingKept } from '../files/restore/file-restore.errors.js';
import { undoState } from '../files/restore/take-back.js';
import { BackupError, type BackupErrorCode } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents, type RestoreEvent } from '../events/backup-events.js';
import { BackupEnvironment } from './backup-environment.js';
import { FoundBackups } from './found-backups.js';
import type { RestorePlan, UndoPlan } from './operation-plans.js';
import { takeFilesBack } from './restored-files.js';
import type { OperationCaller } from './operation-request.js';
import { OperationRunner } from './operation-runner.js';
import type { OperationContext } from './operation-steps.js';
import { restorePlanOf } from './restore-plan-of.js';

/** Why a restore is not undone, whatever else works. */
const REFUSALS: ReadonlySet<BackupErrorCode> = new Set(['not_found', 'undo_impossible', 'missing_privilege']);

/** Takes restores back. */
@Injectable()
export class UndoRestoreService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly runner: OperationRunner,
    private readonly operations: BackupOperationRepository,
    private readonly restores: BackupRestoreLogRepository,
    private readonly backups: FoundBackups,
    private readonly events: BackupEventEmitter,
  ) {}

  /** Looks whether the latest restore of a backup can be undone, and gives it. @throws BackupError as {@link undo} does */
  async check(backupId: number): Promise<BackupRestoreLog> {
    const { restore, plan } = await this.undoable(backupId);
    await this.precheck(undoPlanOf(restore, plan));
    return restore;
  }

  /** Ids of the backups whose latest restore can be undone. */
  async listUndoable(): Promise<number[]> {
    const restored = new Set((await this.restores.findCompleted()).map(({ backupId }) => backupId));
    const undoable: number[] = [];
    for (const backupId of restored) {
      try {
        await this.check(backupId);
        undoable.push(backupId);
      } catch (error) {
        if (!(error instanceof BackupError && REFUSALS.has(error.code))) {
          throw error;
        }
      }
    }
    return undoable;
  }

  /**
   * Undoes the latest completed restore of a backup: the tables it replaced come back, with the rows they had, and the files.
   *
   * @returns the row of backup_restore_log, now `undone`
   * @throws BackupError `undo_impossible` when what it replaced is gone
   */
  async undo(backupId: number, caller: OperationCaller = {}): Promise<BackupRestoreLog> {
    const { backup, restore, plan } = await this.undoable(backupId);
    const event: RestoreEvent = {
      id: backup.id,
      backupName: backup.backupName,
      backupType: backup.backupType,
      backupid: restore.backupid,
      restoreId: restore.id,
      databases: plan.targets.map((target) => target.database),
      roots: (plan.files ?? []).map(({ root }) => root),
    };
    const undoPlan = undoPlanOf(restore, plan);
    // told at once also where there is no turn for it yet
    await this.precheck(undoPlan);
    await this.runner.run(
      {
        kind: OperationKind.RESTORE,
        caller,
        databases: event.databases,
        folders: (plan.files ?? []).map(({ folder }) => folder),
        address: this.environment.address,
      },
      {
        plan: () => Promise.resolve(undoPlan),
        precheck: () => this.precheck(undoPlan),
        execute: (_plan, context) => this.execute(undoPlan, context),
        failed: async ({ code, message }) => {
          this.events.emit(BackupEvents.restoreUndoFailed, { ...event, code, message });
          await this.assertSettled(undoPlan);
        },
      },
    );
    this.events.emit(BackupEvents.restoreUndone, event);
    return Object.assign(restore, { status: RestoreStatus.UNDONE });
  }

  /** The restore that an undo takes back. @throws BackupError `not_found` or `undo_impossible` */
  private async undoable(
    backupId: number,
  ): Promise<{ backup: BackupHistory; restore: BackupRestoreLog; plan: RestorePlan }> {
    const backup = await this.backups.byId(backupId);
    const restores = await this.restores.findByBackup(backupId);
    const restore = restores.find((row) => row.status === RestoreStatus.COMPLETED);
    const plan = restore === undefined ? null : await restorePlanOf(this.operations, restore);
    if (restore === undefined || plan === null || plan.inPlace) {
      throw new BackupError(
        'undo_impossible',
        `Backup ${String(backupId)} has no restore that could be undone: only the latest staged restore can be.`,
      );
    }
    return { backup, restore, plan };
  }

  private async precheck({ targets, files = [], operation = '' }: UndoPlan): Promise<void> {
    const gone = files.find(({ folder }) => undoState(fromText(folder), operation) !== 'complete');
    if (gone !== undefined) {
      throw nothingKept(gone.folder);
    }
    if (targets.length === 0) {
      return;
    }
    const connection = await ServerConnection.open(this.environment.address);
    try {
      await checkUndoPrivileges(connection, await readSwapped(connection, targets));
    } finally {
      await connection.end();
    }
  }

  private async execute(plan: UndoPlan, context: OperationContext): Promise<void> {
    if (plan.targets.length > 0) {
      await this.swapBack(plan, context);
    }
    await takeFilesBack(this.environment, plan.files, plan.operation ?? '');
    await this.restores.update(plan.restoreId, { status: RestoreStatus.UNDONE });
    context.log.info(`Restore ${String(plan.restoreId)} was undone`);
  }

  private async swapBack(plan: UndoPlan, context: OperationContext): Promise<void> {
    const connection = await ServerConnection.open(this.environment.address);
    try {
      const records = await readSwapped(connection, plan.targets);
      for (const { undo } of records) {
        await claimSwap(connection, undo);
      }
      for (const shortcoming of await new SwapBack(connection, records).takeBack()) {
        context.log.warn(shortcoming);
      }
    } finally {
      await connection.end();
    }
  }

  /** @throws BackupError when the undo was cut off in the middle: the next command finishes it */
  private async assertSettled(plan: UndoPlan): Promise<void> {
    const { files = [], operation = '' } = plan;
    const unfinished = files.find(({ folder }) => undoState(fromText(folder), operation) === 'interrupted');
    if (unfinished !== undefined) {
      throw new BackupError('busy', `The undo in ${unfinished.folder} is not finished: run backup:list.`);
    }
    const connection = await ServerConnection.open(this.environment.address);
    try {
      for (const { undo } of plan.targets) {
        const stored = await readUndoRecord(connection, undo);
        if (stored !== null && stored.state !== 'swapped') {
          throw new BackupError('busy', `The undo in schema ${undo} is not finished: run backup:list.`);
        }
      }
    } finally {
      await connection.end();
    }
  }
}

function undoPlanOf(restore: BackupRestoreLog, { files, targets }: RestorePlan): UndoPlan {
  return { kind: 'undo', restoreId: restore.id, operation: restore.backupid ?? undefined, files, targets };
}

/** @throws BackupError `undo_impossible` when there is nothing to take back */
async function readSwapped(connection: ServerConnection, targets: UndoPlan['targets']): Promise<UndoRecord[]> {
  const records: UndoRecord[] = [];
  for (const { undo } of targets) {
    const stored = await readUndoRecord(connection, undo);
    if (stored?.state !== 'swapped') {
      throw nothingToUndo(undo);
    }
    records.push(stored.record);
  }
  return records;
}
