import { decideRun, type DueCircumstances } from './due-run.js';

const due = new Date('2026-06-01T03:00:00Z');
const day = (date: number): Date => new Date(`2026-06-0${String(date)}T03:00:00Z`);
const tomorrow = day(2);
const minutesLater = (minutes: number): Date => new Date(due.getTime() + minutes * 60_000);

describe('A run that is due', () => {
  const decide = (missedRun: 'run_once' | 'skip', circumstances: Partial<DueCircumstances>): unknown =>
    decideRun(
      { cronExpression: '0 3 * * *', timeZone: 'UTC', missedRun, nextRunAt: due },
      { now: due, isRunning: false, wasSeenInTime: false, ...circumstances },
    );

  it.each([
    ['runs in time', 'run_once', {}, { kind: 'run', next: tomorrow, isLate: false, missed: null }],
    [
      'runs half a minute late, whatever is to become of missed runs',
      'skip',
      { now: minutesLater(0.5) },
      { kind: 'run', next: tomorrow, isLate: false, missed: null },
    ],
    [
      'is passed over while the one before it is running',
      'run_once',
      { isRunning: true },
      { kind: 'skip', next: tomorrow, reason: 'overlap', runs: { first: due, last: due, count: 1 } },
    ],
    [
      'is passed over with all that followed while the one before it was running',
      'run_once',
      { isRunning: true, now: day(3) },
      { kind: 'skip', next: day(4), reason: 'overlap', runs: { first: due, last: day(3), count: 3 } },
    ],
    [
      'runs when it was missed',
      'run_once',
      { now: minutesLater(90) },
      { kind: 'run', next: tomorrow, isLate: true, missed: null },
    ],
    [
      'is passed over when it was missed and that is what the schedule says',
      'skip',
      { now: minutesLater(90) },
      { kind: 'skip', next: tomorrow, reason: 'missed', runs: { first: due, last: due, count: 1 } },
    ],
    [
      'is passed over with those that were missed since, and not with one that is in time',
      'skip',
      { now: day(3) },
      { kind: 'skip', next: day(3), reason: 'missed', runs: { first: due, last: day(2), count: 2 } },
    ],
    [
      'was not missed when it only had to wait for others',
      'skip',
      { now: minutesLater(90), wasSeenInTime: true },
      { kind: 'run', next: tomorrow, isLate: false, missed: null },
    ],
    [
      'stands for all that are due too',
      'run_once',
      { now: minutesLater(5 * 24 * 60 + 1) },
      { kind: 'run', next: day(7), isLate: true, missed: { first: day(2), last: day(6), count: 5 } },
    ],
  ] as const)('%s', (_what, missedRun, circumstances, decision) => {
    expect(decide(missedRun, circumstances)).toEqual(decision);
  });

  it('is told with those that follow, as far as they can be counted soon', () => {
    const everySecond = {
      cronExpression: '* * * * * *',
      timeZone: 'UTC',
      missedRun: 'run_once',
      nextRunAt: due,
    } as const;
    const now = minutesLater(60);
    const first = new Date(due.getTime() + 1000);
    expect(decideRun(everySecond, { now, isRunning: false, wasSeenInTime: false })).toEqual({
      kind: 'run',
      next: new Date(now.getTime() + 1000),
      isLate: true,
      missed: { first, last: null, count: 100 },
    });
  });
});
