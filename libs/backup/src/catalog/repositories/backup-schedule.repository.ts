import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Repository } from 'typeorm';
import { systemClock } from '../clock.js';
import type { Clock } from '../clock.js';
import { BackupSchedule } from '../entities/backup-schedule.entity.js';
import { insertedId } from '../inserted-id.js';

export type NewSchedule = Pick<BackupSchedule, 'name' | 'backupType' | 'cronExpression'> &
  Partial<Omit<BackupSchedule, 'id'>>;
export type SchedulePatch = Partial<Omit<BackupSchedule, 'id' | 'createdAt' | 'updatedAt'>>;

/** Recurring backups. */
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
   * @param due the `nextRunAt` that was read
   * @param next the run after it; null when there is none
   * @returns whether this call did it: of several callers exactly one is told so
   */
  async claimRun(id: number, due: Date, next: Date | null, now: Clock = systemClock): Promise<boolean> {
    const { affected } = await this.rows.update(
      { id, isActive: true, nextRunAt: due },
      { nextRunAt: next, lastRunAt: now() },
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

  /** Removes a schedule; its backups stay. @returns whether there was one */
  async remove(id: number): Promise<boolean> {
    const { affected } = await this.rows.delete({ id });
    return affected === 1;
  }

  private get rows(): Repository<BackupSchedule> {
    return this.dataSource.getRepository(BackupSchedule);
  }
}
