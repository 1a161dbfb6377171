import { CronJob, CronTime } from 'cron';
import type { ScheduleTiming } from '../catalog/repositories/backup-schedule.repository.js';
import { expandNickname, nextRun } from './next-run.js';

/** Name of a schedule's job in Nest's `SchedulerRegistry`. */
export function jobName(id: number): string {
  return `backup:${String(id)}`;
}

/** A job that ticks when a schedule is due, and is not started yet. */
export function scheduleJob(timing: ScheduleTiming, onTick: () => void): CronJob {
  const { cronExpression, timeZone } = timing;
  const job = CronJob.from({ cronTime: expandNickname(cronExpression), timeZone, onTick });
  job.setTime(new ScheduleTime(timing));
  return job;
}

/**
 * Ticks when our own rules say: cron's are not the same where clocks change. And the first time is in the table already:
 * working it out takes a millisecond, which is seconds for thousands of schedules.
 */
class ScheduleTime extends CronTime {
  private next: number;

  constructor(private readonly timing: ScheduleTiming) {
    super(expandNickname(timing.cronExpression), timing.timeZone);
    this.next = timing.nextRunAt?.getTime() ?? 0;
  }

  override getTimeout(): number {
    const now = Date.now();
    if (this.next <= now) {
      this.next = nextRun(this.timing, new Date(now))?.getTime() ?? Infinity;
    }
    return this.next - now;
  }
}
