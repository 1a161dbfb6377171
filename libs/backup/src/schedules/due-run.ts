import { MissedRun } from '../catalog/catalog.types.js';
import type { BackupSchedule } from '../catalog/entities/backup-schedule.entity.js';
import { nextRun } from './next-run.js';
import { runsUntil, type RunSpan } from './run-span.js';

/** A run that is later than that was missed: an application looks for due runs twice as often. Milliseconds. */
export const MISSED_AFTER = 60_000;

export interface DueCircumstances {
  readonly now: Date;
  /** Whether the operation of the latest run is not over yet. */
  readonly isRunning: boolean;
  /** Whether this process saw in time that the run was due, and only had no hand free. */
  readonly wasSeenInTime: boolean;
}

/** To carry out the run that is due: it stands for those that were missed after it. */
export interface RunNow {
  readonly kind: 'run';
  /** The first run that is not decided about. */
  readonly next: Date | null;
  readonly isLate: boolean;
  readonly missed: RunSpan | null;
}

/** To pass over the run that is due, and others with it. */
export interface SkipRuns {
  readonly kind: 'skip';
  /** The first run that is not decided about. */
  readonly next: Date | null;
  readonly reason: 'overlap' | 'missed';
  readonly runs: RunSpan;
}

/** Decides about the run that is due, and all that are due after it: each run is accounted for. */
export function decideRun(
  schedule: Pick<BackupSchedule, 'cronExpression' | 'timeZone' | 'missedRun'> & { readonly nextRunAt: Date },
  { now, isRunning, wasSeenInTime }: DueCircumstances,
): RunNow | SkipRuns {
  const { nextRunAt: due, missedRun } = schedule;
  if (isRunning) {
    return skip('overlap', runsUntil(schedule, due, now));
  }
  const inTime = new Date(now.getTime() - MISSED_AFTER);
  const isLate = !wasSeenInTime && due < inTime;
  if (isLate && missedRun === MissedRun.SKIP) {
    return skip('missed', runsUntil(schedule, due, inTime));
  }
  const following = nextRun(schedule, due);
  if (following === null || following > now) {
    return { kind: 'run', next: following, isLate, missed: null };
  }
  const { span: missed, next } = runsUntil(schedule, following, now);
  return { kind: 'run', next, isLate, missed };
}

function skip(reason: SkipRuns['reason'], { span: runs, next }: ReturnType<typeof runsUntil>): SkipRuns {
  return { kind: 'skip', next, reason, runs };
}
