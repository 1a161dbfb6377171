import { decideRun, type DueCircumstances } from './due-run.js';

const due = new Date('2026-06-01T03:00:00Z');
const tomorrow = new Date('2026-06-02T03:00:00Z');
const minutesLater = (minutes: number): Date => new Date(due.getTime() + minutes * 60_000);

describe('A run that is due', () => {
  const decide = (missedRun: 'run_once' | 'skip', circumstances: Partial<DueCircumstances>): unknown =>
    decideRun(
      { cronExpression: '0 3 * * *', timeZone: 'UTC', missedRun, nextRunAt: due },
      { now: due, isRunning: false, wasSeenInTime: false, ...circumstances },
    );

  it.each([
    ['runs in time', 'run_once', {}, { kind: 'run', next: tomorrow, isLate: false }],
    [
      'runs half a minute late, whatever is to become of missed runs',
      'skip',
      { now: minutesLater(0.5) },
      { kind: 'run', next: tomorrow, isLate: false },
    ],
    [
      'is passed over while the one before it is running',
      'run_once',
      { isRunning: true },
      { kind: 'skip', next: tomorrow, reason: 'overlap' },
    ],
    ['runs when it was missed', 'run_once', { now: minutesLater(90) }, { kind: 'run', next: tomorrow, isLate: true }],
    [
      'is passed over when it was missed and that is what the schedule says',
      'skip',
      { now: minutesLater(90) },
      { kind: 'skip', next: tomorrow, reason: 'missed' },
    ],
    [
      'was not missed when it only had to wait for others',
      'skip',
      { now: minutesLater(90), wasSeenInTime: true },
      { kind: 'run', next: tomorrow, isLate: false },
    ],
    [
      'is one with all that were missed since',
      'run_once',
      { now: minutesLater(5 * 24 * 60 + 1) },
      { kind: 'run', next: new Date('2026-06-07T03:00:00Z'), isLate: true },
    ],
  ] as const)('%s', (_what, missedRun, circumstances, decision) => {
    expect(decide(missedRun, circumstances)).toEqual(decision);
  });
});
