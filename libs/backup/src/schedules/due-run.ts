import { MissedRun } from '../catalog/catalog.types.js';
import type { BackupSchedule } from '../catalog/entities/backup-schedule.entity.js';
import { nextRun } from './next-run.js';

/** A run that is later than that was missed: an application looks for due runs twice as often. Milliseconds. */
export const MISSED_AFTER = 60_000;

export interface DueCircumstances {
  readonly now: Date;
  /** Whether the operation of the latest run is not over yet. */
  readonly isRunning: boolean;
  /** Whether this process saw in time that the run was due, and only had no hand free. */
  readonly wasSeenInTime: boolean;
}

/** What to do about a run that is due, and when the one after it is. */
export type RunDecision =
  | { readonly kind: 'run'; readonly next: Date | null; readonly isLate: boolean }
  | { readonly kind: 'skip'; readonly next: Date | null; readonly reason: 'overlap' | 'missed' };

/** What was missed stands for all that was missed since. */
export function decideRun(
  schedule: Pick<BackupSchedule, 'cronExpression' | 'timeZone' | 'missedRun'> & { readonly nextRunAt: Date },
  { now, isRunning, wasSeenInTime }: DueCircumstances,
): RunDecision {
  const lateness = now.getTime() - schedule.nextRunAt.getTime();
  // so that each run is accounted for, until there are too many
  const next = nextRun(schedule, lateness > MISSED_AFTER ? now : schedule.nextRunAt);
  if (isRunning) {
    return { kind: 'skip', next, reason: 'overlap' };
  }
  const isLate = !wasSeenInTime && lateness > MISSED_AFTER;
  return isLate && schedule.missedRun === MissedRun.SKIP
    ? { kind: 'skip', next, reason: 'missed' }
    : { kind: 'run', next, isLate };
}
