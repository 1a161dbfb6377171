import { formatNumberOf } from '../format.js';
import { nextRun, type Recurrence } from './next-run.js';

/** More than these are not counted: each takes a millisecond or two. */
const COUNTED = 100;

/** Runs of a schedule that follow each other. */
export interface RunSpan {
  readonly first: Date;
  /** Null when there are more than were counted. */
  readonly last: Date | null;
  readonly count: number;
}

/** The runs from one up to a moment, and the run after them; null when there is none. */
export function runsUntil(recurrence: Recurrence, first: Date, until: Date): { span: RunSpan; next: Date | null } {
  let last = first;
  for (let count = 1; count <= COUNTED; count++) {
    const next = nextRun(recurrence, last);
    if (next === null || next > until) {
      return { span: { first, last, count }, next };
    }
    last = next;
  }
  return { span: { first, last: null, count: COUNTED }, next: nextRun(recurrence, until) };
}

/** `the run due at ... was`, `3 runs, due from ... to ..., were`. */
export function describeRuns({ first, last, count }: RunSpan): string {
  if (count === 1) {
    return `the run due at ${first.toISOString()} was`;
  }
  return last === null
    ? `more than ${formatNumberOf(count, 'run')}, due since ${first.toISOString()}, were`
    : `${formatNumberOf(count, 'run')}, due from ${first.toISOString()} to ${last.toISOString()}, were`;
}
