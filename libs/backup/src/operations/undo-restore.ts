import { Injectable } from '@nestjs/common';
import { RestoreStatus } from '../catalog/catalog.types.js';
import type { BackupRestoreLog } from '../catalog/entities/backup-restore-log.entity.js';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import { BackupRestoreLogRepository } from '../catalog/repositories/backup-restore-log.repository.js';
import { nothingToUndo } from '../database/restore/restore.errors.js';
import { Swap } from '../database/restore/swap.js';
import { readUndoRecord } from '../database/restore/undo-record.js';
import { ServerConnection } from '../database/server-connection.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents } from '../events/backup-events.js';
import { BackupEnvironment } from './backup-environment.js';
import { FoundBackups } from './found-backups.js';
import { operationPlan, type RestorePlan } from './operation-plans.js';
import { ServerLocks } from './server-locks.js';

/** Takes restores back, and lets go of what is kept for that. */
@Injectable()
export class UndoRestoreService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly operations: BackupOperationRepository,
    private readonly restores: BackupRestoreLogRepository,
    private readonly backups: FoundBackups,
    private readonly events: BackupEventEmitter,
  ) {}

  /**
   * Undoes the latest completed restore of a backup: the tables it replaced come back, with the rows they had.
   *
   * @returns the row of backup_restore_log, now `undone`
   * @throws BackupError `undo_impossible` when the replaced tables are gone
   */
  async undo(backupId: number): Promise<BackupRestoreLog> {
    const backup = await this.backups.byId(backupId);
    const restores = await this.restores.findByBackup(backupId);
    const restore = restores.find((row) => row.status === RestoreStatus.COMPLETED);
    const plan = restore === undefined ? null : await this.planOf(restore);
    if (restore === undefined || plan === null || plan.inPlace) {
      throw new BackupError(
        'undo_impossible',
        `Backup ${String(backupId)} has no restore that could be undone: only the latest staged restore can be.`,
      );
    }
    await this.swapBack(plan);
    await this.restores.update(restore.id, { status: RestoreStatus.UNDONE });
    this.events.emit(BackupEvents.restoreUndone, {
      id: backup.id,
      backupName: backup.backupName,
      backupType: backup.backupType,
      backupid: restore.backupid,
      restoreId: restore.id,
      databases: plan.targets.map((target) => target.database),
    });
    return Object.assign(restore, { status: RestoreStatus.UNDONE });
  }

  /** Drops the replaced tables of restores whose time for undoing is over. Gives the schemas dropped. */
  async dropExpired(now: Date): Promise<string[]> {
    const dropped: string[] = [];
    const connection = await ServerConnection.open(this.environment.address);
    try {
      for (const schema of await undoSchemas(connection)) {
        const stored = await readUndoRecord(connection, schema);
        if (stored?.state === 'swapped' && (await this.isExpired(stored.record.operation, now))) {
          await new Swap(connection).discard(stored.record);
          dropped.push(schema);
        }
      }
    } finally {
      await connection.end();
    }
    return dropped;
  }

  private async swapBack(plan: RestorePlan): Promise<void> {
    const locks = await ServerLocks.open(this.environment.address, () => undefined);
    const connection = await ServerConnection.open(this.environment.address);
    try {
      await locks.takeDatabases(plan.targets.map((target) => target.database));
      const records = [];
      for (const target of plan.targets) {
        const stored = await readUndoRecord(connection, target.undo);
        if (stored === null) {
          throw nothingToUndo(target.undo);
        }
        records.push(stored.record);
      }
      for (const record of records) {
        await new Swap(connection).undo(record);
      }
    } finally {
      await connection.end();
      await locks.release();
    }
  }

  private async planOf(restore: BackupRestoreLog): Promise<RestorePlan | null> {
    const loaded = restore.backupid === null ? null : await this.operations.load(restore.backupid);
    const plan = operationPlan.safeParse(loaded?.plan);
    return plan.success && plan.data.kind === 'restore' ? plan.data : null;
  }

  /** An undo schema whose restore this catalog does not know belongs to another one, and is left alone. */
  private async isExpired(operation: string, now: Date): Promise<boolean> {
    const restore = await this.restores.findByBackupid(operation);
    const plan = restore === null ? null : await this.planOf(restore);
    if (plan === null || !(restore?.completedAt instanceof Date)) {
      return false;
    }
    return restore.completedAt.getTime() + plan.undoHours * 3_600_000 <= now.getTime();
  }
}

async function undoSchemas(connection: ServerConnection): Promise<string[]> {
  const rows = await connection.query(
    "SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE '%\\\\_undo\\\\_%'",
  );
  return rows.map((row) => String(row.name));
}
