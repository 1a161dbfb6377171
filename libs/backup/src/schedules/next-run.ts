import { CronTime } from 'cron';
import { changeBetween, instantOf, offsetsOf, type OffsetAt } from './wall-clock.js';

/** When something recurs: a cron expression of five fields, or six with seconds first, on the clocks of a time zone. */
export interface Recurrence {
  readonly cronExpression: string;
  /** IANA name. */
  readonly timeZone: string;
}

/** What may stand in the place of an expression. */
const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/**
 * The first run after an instant; null when there is none in the next eight years.
 *
 * Where an expression names hours, a run is a wall-clock time: one in the hour that clocks skip in spring takes place at the
 * moment they skip it, and one in the hour that they go through twice in autumn takes place the first time only. With `*`
 * for hours, runs follow each other as time does: none is held back, and none is missing in the second hour.
 *
 * @throws Error for an invalid expression or time zone
 */
export function nextRun({ cronExpression, timeZone }: Recurrence, after: Date): Date | null {
  const expression = expandNickname(cronExpression);
  const nextWall = wallTimesOf(expression);
  const offsetAt = offsetsOf(timeZone);
  const instant = namesHours(expression)
    ? nextWallClockRun(nextWall, offsetAt, after.getTime())
    : nextElapsedRun(nextWall, offsetAt, after.getTime());
  return instant === null ? null : new Date(instant);
}

/** The first runs after an instant, at most `count`. */
export function nextRuns(recurrence: Recurrence, after: Date, count: number): Date[] {
  const runs: Date[] = [];
  for (let run = nextRun(recurrence, after); run !== null && runs.length < count; run = nextRun(recurrence, run)) {
    runs.push(run);
  }
  return runs;
}

/** The expression that a nickname such as `@daily` stands for. */
export function expandNickname(cronExpression: string): string {
  const text = cronExpression.trim().toLowerCase();
  return NICKNAMES[text] ?? text;
}

/** Gives the first matching wall time after another, both as if they were UTC; null when there is none. */
type NextWall = (wall: number) => number | null;

/** In UTC no hour is skipped or doubled: what clocks do elsewhere is none of the library's business here. */
function wallTimesOf(expression: string): NextWall {
  const [, , ...others] = expression.split(/\s+/).reverse();
  if (others.some((field) => /[a-z]/.test(field))) {
    // CronTime takes MON for the first minute, too
    throw new Error('names stand for months and weekdays only');
  }
  const time = new CronTime(expression, 'UTC');
  return (wall) => {
    try {
      return time.getNextDateFrom(new Date(wall), 'UTC').toMillis();
    } catch {
      // it says so with an error that no date was found
      return null;
    }
  };
}

function namesHours(expression: string): boolean {
  return expression.split(/\s+/).at(-4) !== '*';
}

function nextWallClockRun(nextWall: NextWall, offsetAt: OffsetAt, after: number): number | null {
  let wall = nextWall(after + offsetAt(after));
  while (wall !== null) {
    const instant = instantOf(wall, offsetAt);
    if (instant > after) {
      return instant;
    }
    wall = nextWall(wall);
  }
  return null;
}

function nextElapsedRun(nextWall: NextWall, offsetAt: OffsetAt, after: number): number | null {
  const offset = offsetAt(after);
  const wall = nextWall(after + offset);
  if (wall === null) {
    return null;
  }
  const instant = wall - offset;
  const offsetThen = offsetAt(instant);
  if (offsetThen === offset) {
    return instant;
  }
  // clocks change before: from there on they show other times
  const change = changeBetween(after, instant, offsetAt);
  const wallThen = nextWall(change + offsetThen - 1000);
  return wallThen === null ? null : wallThen - offsetThen;
}
