import { Injectable } from '@nestjs/common';
import { BackupLogger } from '../backup-logger.js';
import { LogLevel, OperationPurpose, OperationScope } from '../catalog/catalog.types.js';
import { CatalogConnection } from '../catalog/catalog-connection.js';
import { BackupLogRepository } from '../catalog/repositories/backup-log.repository.js';
import { BackupOperationRepository, newBackupid } from '../catalog/repositories/backup-operation.repository.js';
import { BackupScheduleRepository, type DueSchedule } from '../catalog/repositories/backup-schedule.repository.js';
import type { RunNow, SkipRuns } from './due-run.js';
import { describeRuns } from './run-span.js';
import { describeSchedule } from './schedule.errors.js';

/** Runs that nobody carries out. */
export interface PassedRuns {
  /** When the first of them was due. */
  readonly due: Date;
  /** Which they are, and why. */
  readonly message: string;
}

/** A run that this process carries out. */
export interface TakenRun {
  readonly backupid: string;
  /** Those that it stands for besides. */
  readonly missed: PassedRuns | null;
}

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
   * @returns null when another process was faster
   */
  async take(schedule: DueSchedule, { next, missed: runs }: RunNow, now: Date): Promise<TakenRun | null> {
    const backupid = newBackupid();
    const { id, nextRunAt: due, operation } = schedule;
    const missed =
      runs === null
        ? null
        : {
            due: runs.first,
            message: `${describeSchedule(schedule)}: ${describeRuns(runs)} missed: the one that begins now stands for ${runs.count === 1 ? 'it' : 'them'}`,
          };
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
      if (missed !== null) {
        const line = { level: LogLevel.WARNING, message: missed.message };
        await this.logs.append(backupid, [line], undefined, manager);
      }
      return true;
    });
    if (!isTaken) {
      return null;
    }
    if (missed !== null) {
      this.logger.warn(missed.message);
    }
    return { backupid, missed };
  }

  /**
   * Passes runs over.
   *
   * @returns null when another process was faster
   */
  async passOver(schedule: DueSchedule, { next, reason, runs }: SkipRuns): Promise<PassedRuns | null> {
    const { id, nextRunAt: due, lastBackupid } = schedule;
    const isOne = runs.count === 1;
    const why =
      reason === 'overlap'
        ? `the one before ${isOne ? 'it' : 'them'} is still running`
        : `${isOne ? 'it was' : 'they were'} missed while no application was up, and the schedule says skip`;
    const message = `${describeSchedule(schedule)}: ${describeRuns(runs)} skipped, since ${why}`;
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
    return { due: runs.first, message };
  }
}
