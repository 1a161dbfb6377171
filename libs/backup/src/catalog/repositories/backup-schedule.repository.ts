import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager, Repository, SelectQueryBuilder } from 'typeorm';
import { OperationStatus } from '../catalog.types.js';
import { systemClock } from '../clock.js';
import type { Clock } from '../clock.js';
import { BackupSchedule } from '../entities/backup-schedule.entity.js';
import { insertedId } from '../inserted-id.js';

export type NewSchedule = Pick<BackupSchedule, 'name' | 'cronExpression'> & Partial<Omit<BackupSchedule, 'id'>>;
export type SchedulePatch = Partial<Omit<BackupSchedule, 'id' | 'createdAt' | 'updatedAt'>>;

/** A run that is taken from the table. */
export interface ClaimedRun {
  /** The `nextRunAt` that was read. */
  readonly due: Date;
  /** The run after it; null when there is none. */
  readonly next: Date | null;
  /** The operation that carries it out; null when it is passed over. */
  readonly backupid: string | null;
}

/** A schedule with a run that is due, at `nextRunAt`. */
export type DueSchedule = BackupSchedule & {
  readonly nextRunAt: Date;
  /** Whether the operation of the run before it is not over. */
  readonly isRunning: boolean;
};

/** What a timer needs to know of an active schedule. */
export type ScheduleTiming = Pick<BackupSchedule, 'id' | 'cronExpression' | 'timeZone' | 'nextRunAt'>;

/** The `nextRunOf` of a schedule whose `nextRunAt` still holds. */
const CURRENT = "CONCAT(schedule.cron_expression, ' ', schedule.time_zone)";

/** The same as {@link CURRENT}, of a schedule at hand. */
export function recurrenceText({
  cronExpression,
  timeZone,
}: Pick<BackupSchedule, 'cronExpression' | 'timeZone'>): string {
  return `${cronExpression} ${timeZone}`;
}

const IS_RUNNING = `EXISTS (SELECT 1 FROM backup_controllers operation
  WHERE operation.backupid = schedule.last_backupid AND operation.status < ${String(OperationStatus.FINISHED_ERR)})`;

/** Recurring backups, verifications and cleanups. */
@Injectable()
export class BackupScheduleRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns the id of the new row */
  async insert(values: NewSchedule, now: Clock = systemClock): Promise<number> {
    const time = now();
    return insertedId(await this.rows.insert({ createdAt: time, updatedAt: time, ...values }));
  }

  /** @returns whether there is such a row */
  async update(id: number, patch: SchedulePatch, now: Clock = systemClock): Promise<boolean> {
    const { affected } = await this.rows.update({ id }, { ...patch, updatedAt: now() });
    return affected === 1;
  }

  /**
   * Takes a due run: sets the next one, unless another replica already did. `updatedAt` stays, since the schedule
   * itself did not change.
   *
   * @param manager of a transaction that the claim is part of
   * @returns whether this call did it: of several callers exactly one is told so
   */
  async claimRun(
    id: number,
    { due, next, backupid }: ClaimedRun,
    now: Clock = systemClock,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<boolean> {
    const { affected } = await manager.update(
      BackupSchedule,
      { id, isActive: true, nextRunAt: due },
      { nextRunAt: next, ...(backupid !== null && { lastBackupid: backupid, lastRunAt: now() }) },
    );
    return affected === 1;
  }

  /** Records how the latest run ended, unless another one has begun since. */
  async recordOutcome(id: number, backupid: string, lastError: string | null): Promise<void> {
    await this.rows.update({ id, lastBackupid: backupid }, { lastError });
  }

  /** Sets when a schedule is due, unless its expression or time zone is no longer what that was worked out from. */
  async planNextRun(schedule: BackupSchedule, nextRunAt: Date): Promise<void> {
    const { id, cronExpression, timeZone } = schedule;
    const nextRunOf = recurrenceText(schedule);
    await this.rows.update({ id, cronExpression, timeZone, isActive: true }, { nextRunAt, nextRunOf });
  }

  /**
   * Switches a schedule off that cannot be carried out as it is, with the reason.
   *
   * @returns whether this call did it
   */
  async disable({ id, cronExpression, timeZone }: BackupSchedule, reason: string): Promise<boolean> {
    const { affected } = await this.rows.update(
      { id, cronExpression, timeZone, isActive: true },
      { isActive: false, nextRunAt: null, lastError: reason },
    );
    return affected === 1;
  }

  findById(id: number): Promise<BackupSchedule | null> {
    return this.rows.findOneBy({ id });
  }

  /** All schedules, or the active ones, oldest first. */
  list(filters: { readonly isActive?: boolean } = {}): Promise<BackupSchedule[]> {
    const { isActive } = filters;
    return this.rows.find({ where: isActive === undefined ? {} : { isActive }, order: { id: 'ASC' } });
  }

  /** Active schedules that are due, longest first. */
  async findDue(now: Date, limit: number): Promise<DueSchedule[]> {
    const { entities, raw } = await this.active()
      .addSelect(IS_RUNNING, 'is_running')
      .andWhere('schedule.nextRunAt <= :now', { now })
      .andWhere(`schedule.nextRunOf = ${CURRENT}`)
      .orderBy('schedule.nextRunAt')
      .addOrderBy('schedule.id')
      .limit(limit)
      .getRawAndEntities<{ is_running: number | string }>();
    return entities.flatMap((schedule, index) => {
      const { nextRunAt } = schedule;
      return nextRunAt === null
        ? []
        : [Object.assign(schedule, { nextRunAt, isRunning: Number(raw[index].is_running) === 1 })];
    });
  }

  /** Active schedules of which nobody has worked out yet when they are due, with the expression that they have now. */
  findUnplanned(limit: number): Promise<BackupSchedule[]> {
    return this.active()
      .andWhere(`(schedule.nextRunAt IS NULL OR schedule.nextRunOf IS NULL OR schedule.nextRunOf <> ${CURRENT})`)
      .orderBy('schedule.id')
      .limit(limit)
      .getMany();
  }

  /** When the active schedules run of which that is worked out. */
  findTimings(): Promise<ScheduleTiming[]> {
    return this.active()
      .select(['schedule.id', 'schedule.cronExpression', 'schedule.timeZone', 'schedule.nextRunAt'])
      .andWhere(`schedule.nextRunOf = ${CURRENT}`)
      .getMany();
  }

  /** Differs when the timings of active schedules do, whoever changed them; their due times apart. One row, for any number. */
  async timingsDigest(): Promise<string> {
    const rows = await this.dataSource.query<{ digest: string }[]>(
      `SELECT CONCAT(COUNT(*), ' ', COALESCE(SUM(CRC32(CONCAT_WS(' ', id, cron_expression, time_zone, next_run_of))), 0)) AS digest
       FROM backup_schedule WHERE is_active = 1`,
    );
    return rows[0].digest;
  }

  /** Removes a schedule; its backups stay. @returns whether there was one */
  async remove(id: number): Promise<boolean> {
    const { affected } = await this.rows.delete({ id });
    return affected === 1;
  }

  private active(): SelectQueryBuilder<BackupSchedule> {
    return this.rows.createQueryBuilder('schedule').where('schedule.isActive = 1');
  }

  private get rows(): Repository<BackupSchedule> {
    return this.dataSource.getRepository(BackupSchedule);
  }
}
