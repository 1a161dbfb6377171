import { Injectable } from '@nestjs/common';
import { BackupLogger } from '../backup-logger.js';
import { LogLevel, OperationPurpose, OperationScope } from '../catalog/catalog.types.js';
import { CatalogConnection } from '../catalog/catalog-connection.js';
import { BackupLogRepository } from '../catalog/repositories/backup-log.repository.js';
import { BackupOperationRepository, newBackupid } from '../catalog/repositories/backup-operation.repository.js';
import { BackupScheduleRepository, type DueSchedule } from '../catalog/repositories/backup-schedule.repository.js';
import type { RunDecision } from './due-run.js';
import { describeSchedule } from './schedule.errors.js';

/** Takes due runs from the table, each for one of all processes. */
@Injectable()
export class RunClaims {
  private readonly logger = new BackupLogger();

  constructor(
    private readonly catalog: CatalogConnection,
    private readonly schedules: BackupScheduleRepository,
    private readonly operations: BackupOperationRepository,
    private readonly logs: BackupLogRepository,
  ) {}

  /**
   * Takes a run to carry it out. It and its operation are recorded as one: whatever becomes of this process, there is
   * something to tell.
   *
   * @returns the operation; null when another process was faster
   */
  async take(schedule: DueSchedule, next: Date | null, now: Date): Promise<string | null> {
    const backupid = newBackupid();
    const { id, nextRunAt: due, operation } = schedule;
    const isTaken = await this.catalog.dataSource.transaction(async (manager) => {
      if (!(await this.schedules.claimRun(id, { due, next, backupid }, () => now, manager))) {
        return false;
      }
      await this.operations.create(
        {
          backupid,
          operation,
          type: OperationScope.SITE,
          purpose: OperationPurpose.AUTOMATED,
          plan: { scheduled: { scheduleId: id, due } },
        },
        undefined,
        manager,
      );
      return true;
    });
    return isTaken ? backupid : null;
  }

  /**
   * Passes a run over.
   *
   * @returns why; null when another process was faster
   */
  async passOver(schedule: DueSchedule, { next, reason }: RunDecision & { kind: 'skip' }): Promise<string | null> {
    const { id, nextRunAt: due, lastBackupid } = schedule;
    const why =
      reason === 'overlap'
        ? 'the one before it is still running'
        : 'it was missed while no application was up, and the schedule says skip';
    const message = `${describeSchedule(schedule)}: the run due at ${due.toISOString()} was skipped, since ${why}`;
    const isTaken = await this.catalog.dataSource.transaction(async (manager) => {
      const isOurs = await this.schedules.claimRun(id, { due, next, backupid: null }, undefined, manager);
      if (isOurs && reason === 'overlap' && lastBackupid !== null) {
        await this.logs.append(lastBackupid, [{ level: LogLevel.WARNING, message }], undefined, manager);
      }
      return isOurs;
    });
    if (!isTaken) {
      return null;
    }
    this.logger.warn(message);
    return message;
  }
}
