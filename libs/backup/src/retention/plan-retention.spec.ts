import { buildBackup, buildPolicy, NOW } from '../../../../test/support/retention-builder.js';
import { planRetention } from './plan-retention.js';
import type { RetainedBackup, RetentionPolicy } from './retention.types.js';

const EXPIRED = '2026-11-01';
/** Long ago, a day apart; the higher the id, the newer. */
const daily = (id: number, more: Partial<RetainedBackup> = {}): RetainedBackup =>
  buildBackup(id, `2026-10-${String(id).padStart(2, '0')}T02:00Z`, more);
const expired = (id: number, more: Partial<RetainedBackup> = {}): RetainedBackup =>
  daily(id, { expiresAt: EXPIRED, ...more });

interface Case {
  readonly name: string;
  readonly backups: readonly RetainedBackup[];
  readonly policy?: RetentionPolicy;
  readonly now?: string;
  /** Ids with their reasons, newest first. */
  readonly keep: readonly (readonly [number, ...string[]])[];
  readonly delete: readonly number[];
}

const LAST_DAYS: Case[] = [
  {
    name: 'what has expired goes, but not the newest',
    backups: [expired(1), expired(2), expired(3)],
    keep: [[3, 'newest']],
    delete: [2, 1],
  },
  {
    name: 'a backup stays through its last day',
    backups: [daily(1, { expiresAt: '2026-11-21' }), daily(2, { expiresAt: '2026-11-20' }), expired(3)],
    keep: [
      [3, 'newest'],
      [1, 'until 2026-11-21'],
    ],
    delete: [2],
  },
  {
    name: 'without any rule, what has no last day stays for ever',
    backups: [daily(1), daily(2)],
    keep: [
      [2, 'kept for ever', 'newest'],
      [1, 'kept for ever'],
    ],
    delete: [],
  },
  {
    name: 'where backups get days, having none is for ever, whatever the counts say',
    backups: [daily(1), daily(2)],
    policy: buildPolicy({ days: 30, keepLast: 1 }),
    keep: [
      [2, 'kept for ever', 'newest', 'last 1'],
      [1, 'kept for ever'],
    ],
    delete: [],
  },
  {
    name: 'where there are only counts, they decide on what has no last day',
    backups: [daily(1), daily(2)],
    policy: buildPolicy({ keepLast: 1 }),
    keep: [[2, 'newest', 'last 1']],
    delete: [1],
  },
  {
    name: 'rules are ORed: days keep what counts do not, and counts what days do not',
    backups: [expired(1), daily(2, { expiresAt: '2027-01-01' }), expired(3), expired(4)],
    policy: buildPolicy({ days: 30, keepLast: 2 }),
    keep: [
      [4, 'newest', 'last 1'],
      [3, 'last 2'],
      [2, 'until 2027-01-01'],
    ],
    delete: [1],
  },
  {
    name: 'a policy younger than the backups: none is deleted in its first day',
    backups: [
      buildBackup(1, '2026-11-20T12:00:00Z'),
      buildBackup(2, '2026-11-20T12:00:01Z'),
      buildBackup(3, '2026-11-21T11:00Z'),
    ],
    policy: buildPolicy({ keepLast: 1, minimumAgeHours: 24 }),
    keep: [
      [3, 'less than 24 h old', 'newest', 'last 1'],
      [2, 'less than 24 h old'],
    ],
    delete: [1],
  },
];

const NEVER_DELETED: Case[] = [
  {
    name: 'the newest verified backup stays, though newer ones are not verified',
    backups: [expired(1, { verified: true }), expired(2, { verified: true }), expired(3)],
    keep: [
      [3, 'newest'],
      [2, 'newest verified'],
    ],
    delete: [1],
  },
  {
    name: 'a failed last run leaves the one before the newest',
    backups: [expired(1), expired(2), expired(3, { state: 'gone' })],
    keep: [[2, 'newest']],
    delete: [1],
  },
  {
    name: 'failed and deleted backups are not mentioned, and hold no slot',
    backups: [daily(1), daily(2, { state: 'gone' }), daily(3, { state: 'gone', pinned: true })],
    policy: buildPolicy({ daily: 1 }),
    keep: [[1, 'newest', 'daily 2026-10-01']],
    delete: [],
  },
  {
    name: 'the newest sound backup stays beside a newer one that failed its verification',
    backups: [expired(1), expired(2), expired(3, { state: 'damaged' }), expired(4, { state: 'damaged' })],
    keep: [
      [4, 'newest'],
      [2, 'newest sound'],
    ],
    delete: [3, 1],
  },
  {
    name: 'a damaged backup holds no slot',
    backups: [daily(1, { state: 'damaged' }), daily(2), daily(3)],
    policy: buildPolicy({ monthly: 1 }),
    keep: [
      [3, 'newest'],
      [2, 'monthly 2026-10'],
    ],
    delete: [1],
  },
  {
    name: 'nothing is deleted in a storage that does not have it, and it counts for nothing',
    backups: [expired(1), expired(2), expired(3, { state: 'missing', verified: true })],
    policy: buildPolicy({ keepLast: 1 }),
    keep: [
      [3, 'not in storage'],
      [2, 'newest', 'last 1'],
    ],
    delete: [1],
  },
  {
    name: 'running backups stay, with what they build on, and are not the newest',
    backups: [expired(1), expired(2), expired(3), expired(4, { state: 'running', parentId: 1 })],
    keep: [
      [4, 'running'],
      [3, 'newest'],
      [1, 'needed by 4'],
    ],
    delete: [2],
  },
  {
    name: 'pinned backups stay, with the reason given',
    backups: [
      expired(1, { pinned: true }),
      expired(2, { pinned: true, pinnedReason: 'before the upgrade' }),
      expired(3),
    ],
    keep: [
      [3, 'newest'],
      [2, 'pinned: before the upgrade'],
      [1, 'pinned'],
    ],
    delete: [],
  },
  {
    name: 'the newest of each database stays, where backups hold different ones',
    backups: [
      expired(1, { sources: ['blog'], verified: true }),
      expired(2, { sources: ['blog'] }),
      expired(3, { sources: ['shop'], verified: true }),
      expired(4, { sources: ['shop', 'crm'] }),
    ],
    keep: [
      [4, 'newest'],
      [3, 'newest verified'],
      [2, 'newest of blog'],
      [1, 'newest verified of blog'],
    ],
    delete: [],
  },
];

const CHAINS: Case[] = [
  {
    name: 'a kept incremental keeps its whole chain',
    backups: [expired(1), expired(2, { parentId: 1 }), expired(3, { parentId: 2 }), expired(4)],
    policy: buildPolicy({ days: 7 }),
    keep: [[4, 'newest']],
    delete: [3, 2, 1],
  },
  {
    name: 'the chain of the newest stays',
    backups: [expired(1), expired(2, { parentId: 1 }), expired(3, { parentId: 2 })],
    keep: [
      [3, 'newest'],
      [2, 'needed by 3'],
      [1, 'needed by 2'],
    ],
    delete: [],
  },
  {
    name: 'of many that need it the first is named',
    backups: [expired(1), ...[2, 3, 4].map((id) => daily(id, { parentId: 1, expiresAt: '2027-01-01' }))],
    keep: [
      [4, 'until 2027-01-01', 'newest'],
      [3, 'until 2027-01-01'],
      [2, 'until 2027-01-01'],
      [1, 'needed by 2 and 2 more'],
    ],
    delete: [],
  },
  {
    name: 'a chain over groups holds too',
    backups: [expired(1), expired(2), expired(3, { type: 'incremental', scheduleId: 5, parentId: 1 })],
    keep: [
      [3, 'newest'],
      [2, 'newest'],
      [1, 'needed by 3'],
    ],
    delete: [],
  },
  {
    name: 'a deleted parent is not brought back, and a clock that went back does not turn the order of deletion',
    backups: [daily(9, { parentId: 8 }), expired(2, { parentId: 5 }), expired(5), expired(7)],
    keep: [[9, 'kept for ever', 'newest']],
    delete: [2, 7, 5],
  },
];

const CALENDAR: Case[] = [
  {
    name: 'a slot belongs to the oldest backup in it',
    backups: [
      buildBackup(1, '2026-11-19T02:00Z'),
      buildBackup(2, '2026-11-19T14:00Z'),
      buildBackup(3, '2026-11-20T02:00Z'),
      buildBackup(4, '2026-11-20T14:00Z'),
    ],
    policy: buildPolicy({ daily: 2 }),
    keep: [
      [4, 'newest'],
      [3, 'daily 2026-11-20'],
      [1, 'daily 2026-11-19'],
    ],
    delete: [2],
  },
  {
    name: 'counts are of slots that have backups: after a pause nothing goes by itself',
    backups: [
      buildBackup(1, '2026-01-05T02:00Z'),
      buildBackup(2, '2026-01-06T02:00Z'),
      buildBackup(3, '2026-11-20T02:00Z'),
    ],
    policy: buildPolicy({ daily: 2 }),
    keep: [
      [3, 'newest', 'daily 2026-11-20'],
      [2, 'daily 2026-01-06'],
    ],
    delete: [1],
  },
  {
    name: 'the ISO week over New Year is one week, of the year of its Thursday',
    now: '2027-01-12T12:00Z',
    backups: [
      buildBackup(1, '2026-12-27T12:00Z'),
      buildBackup(2, '2026-12-28T12:00Z'),
      buildBackup(3, '2026-12-31T12:00Z'),
      buildBackup(4, '2027-01-03T12:00Z'),
      buildBackup(5, '2027-01-04T12:00Z'),
    ],
    policy: buildPolicy({ weekly: 2 }),
    keep: [
      [5, 'newest', 'weekly 2027-W01'],
      [2, 'weekly 2026-W53'],
    ],
    delete: [4, 3, 1],
  },
  {
    name: 'in autumn the doubled hour is two hours',
    backups: [
      buildBackup(1, '2026-10-24T23:10Z'),
      buildBackup(2, '2026-10-25T00:10Z'),
      buildBackup(3, '2026-10-25T01:10Z'),
      buildBackup(4, '2026-10-25T02:10Z'),
    ],
    policy: buildPolicy({ hourly: 3, timeZone: 'Europe/Berlin' }),
    keep: [
      [4, 'newest', 'hourly 2026-10-25 03:00+01:00'],
      [3, 'hourly 2026-10-25 02:00+01:00'],
      [2, 'hourly 2026-10-25 02:00+02:00'],
    ],
    delete: [1],
  },
  {
    name: 'in spring the skipped hour takes no slot',
    backups: [
      buildBackup(1, '2026-03-28T23:10Z'),
      buildBackup(2, '2026-03-29T00:10Z'),
      buildBackup(3, '2026-03-29T01:10Z'),
    ],
    policy: buildPolicy({ hourly: 2, timeZone: 'Europe/Berlin' }),
    keep: [
      [3, 'newest', 'hourly 2026-03-29 03:00+02:00'],
      [2, 'hourly 2026-03-29 01:00+01:00'],
    ],
    delete: [1],
  },
  {
    name: 'days begin in the time zone of the schedule, else in that of the policy',
    backups: [
      buildBackup(1, '2026-11-19T22:30Z'),
      buildBackup(2, '2026-11-19T23:30Z'),
      buildBackup(3, '2026-11-19T22:30Z', { scheduleId: 7 }),
      buildBackup(4, '2026-11-19T23:30Z', { scheduleId: 7 }),
    ],
    policy: buildPolicy(
      { daily: 1, timeZone: 'Europe/Berlin' },
      { schedules: new Map([[7, { timeZone: 'America/New_York' }]]) },
    ),
    keep: [
      [4, 'newest'],
      [2, 'newest', 'daily 2026-11-20'],
      [3, 'daily 2026-11-19'],
    ],
    delete: [1],
  },
  {
    name: 'grandfather, father, son: one backup may hold several slots',
    now: '2027-02-02T12:00Z',
    backups: [
      buildBackup(1, '2025-12-31T02:00Z'),
      buildBackup(2, '2026-01-01T02:00Z'),
      buildBackup(3, '2027-01-01T02:00Z'),
      buildBackup(4, '2027-01-31T02:00Z'),
      buildBackup(5, '2027-02-01T02:00Z'),
      buildBackup(6, '2027-02-02T02:00Z'),
    ],
    policy: buildPolicy({ daily: 2, monthly: 2, yearly: 2 }),
    keep: [
      [6, 'newest', 'daily 2027-02-02'],
      [5, 'daily 2027-02-01', 'monthly 2027-02'],
      [3, 'monthly 2027-01', 'yearly 2027'],
      [2, 'yearly 2026'],
    ],
    delete: [4, 1],
  },
];

const GROUPS: Case[] = [
  {
    name: 'schedules and types are groups of their own',
    backups: [
      expired(1, { scheduleId: 1 }),
      expired(2, { type: 'files' }),
      expired(3, { scheduleId: 2 }),
      expired(4),
      expired(5),
    ],
    policy: buildPolicy({ keepLast: 1 }),
    keep: [
      [5, 'newest', 'last 1'],
      [3, 'newest', 'last 1'],
      [2, 'newest', 'last 1'],
      [1, 'newest', 'last 1'],
    ],
    delete: [4],
  },
  {
    name: 'a partial backup takes no place of a whole one',
    backups: [daily(1), daily(2), daily(3, { partial: true }), daily(4, { partial: true })],
    policy: buildPolicy({ keepLast: 1 }),
    keep: [
      [4, 'newest', 'last 1'],
      [2, 'newest', 'last 1'],
    ],
    delete: [3, 1],
  },
  {
    name: 'a backup of files alone takes no place of one that holds databases',
    backups: [
      daily(1, { type: 'incremental' }),
      daily(2, { type: 'incremental' }),
      daily(3, { type: 'incremental', sources: [] }),
      daily(4, { type: 'incremental', sources: [] }),
    ],
    policy: buildPolicy({ keepLast: 1 }),
    keep: [
      [4, 'newest', 'last 1'],
      [2, 'newest', 'last 1'],
    ],
    delete: [3, 1],
  },
  {
    name: 'a database backup without a table takes a place like any other, but for what it does not hold',
    backups: [daily(1, { sources: [] }), daily(2), daily(3, { sources: [] })],
    policy: buildPolicy({ keepLast: 1 }),
    keep: [
      [3, 'newest', 'last 1'],
      [2, 'newest of shop'],
    ],
    delete: [1],
  },
  {
    name: 'a schedule may count differently',
    backups: [daily(1, { scheduleId: 1 }), daily(2, { scheduleId: 1 }), daily(3), daily(4)],
    policy: buildPolicy({ keepLast: 1 }, { schedules: new Map([[1, { keepLast: 2 }]]) }),
    keep: [
      [4, 'newest', 'last 1'],
      [2, 'newest', 'last 1'],
      [1, 'last 2'],
    ],
    delete: [3],
  },
];

const CLOCKS: Case[] = [
  {
    name: 'what is dated in the future stays, and pushes nothing out',
    backups: [
      daily(1),
      daily(2, { verified: true }),
      daily(3),
      buildBackup(4, '2031-01-01T02:00Z', { verified: true }),
      buildBackup(5, '2032-01-01T02:00Z'),
    ],
    policy: buildPolicy({ keepLast: 1, yearly: 1 }),
    keep: [
      [5, 'dated in the future'],
      [4, 'dated in the future'],
      [3, 'newest', 'last 1'],
      [2, 'newest verified'],
      [1, 'yearly 2026'],
    ],
    delete: [],
  },
  {
    name: 'of backups made at the same time the higher id is the newer',
    backups: [7, 3, 5].map((id) => buildBackup(id, '2026-10-01T02:00Z', { expiresAt: EXPIRED })),
    policy: buildPolicy({ daily: 1 }),
    keep: [
      [7, 'newest'],
      [3, 'daily 2026-10-01'],
    ],
    delete: [5],
  },
  {
    name: 'a clock that went back while backups were made: the later time is the newer, whatever the ids',
    backups: [expired(5), expired(3, { id: 8 }), expired(4, { id: 9 })],
    keep: [[5, 'newest']],
    delete: [9, 8],
  },
];

/** Hundreds of backups, two seconds apart. */
const flood = (first: number, start: string, more: Partial<RetainedBackup> = {}): RetainedBackup[] =>
  Array.from({ length: 300 }, (_, index) =>
    buildBackup(first + index, new Date(Date.parse(start) + index * 2000).toISOString(), more),
  );
const idsOf = (backups: readonly RetainedBackup[]): number[] => backups.map(({ id }) => id);

describe('planRetention', () => {
  it.each([...LAST_DAYS, ...NEVER_DELETED, ...CHAINS, ...CALENDAR, ...GROUPS, ...CLOCKS])(
    '$name',
    ({ backups, policy = buildPolicy(), now, keep, delete: deleted }) => {
      expect(planRetention(backups, policy, now === undefined ? NOW : new Date(now))).toEqual({
        keep: keep.map(([id, ...reasons]) => ({ id, reasons })),
        delete: deleted,
      });
    },
  );

  it('plans nothing for nothing', () => {
    expect(planRetention([], buildPolicy({ keepLast: 3 }), NOW)).toEqual({ keep: [], delete: [] });
  });
});

describe('A flood of new backups', () => {
  const week = [14, 15, 16, 17, 18, 19, 20].map((day) => buildBackup(day, `2026-11-${String(day)}T02:00Z`));
  const kept = (backups: readonly RetainedBackup[], policy: RetentionPolicy, now = NOW): number[] =>
    planRetention(backups, policy, now).keep.map(({ id }) => id);

  it('takes one place of keepLast for each of its hours, and not one for each backup', () => {
    const backups = [...week, ...flood(100, '2026-11-21T08:00Z')];
    expect(kept(backups, buildPolicy({ keepLast: 7 }))).toEqual(expect.arrayContaining(idsOf(week.slice(1))));
  });

  it.each([
    ['hourly', 7],
    ['daily', 7],
    ['weekly', 2],
    ['monthly', 1],
    ['yearly', 1],
  ] as const)('takes one place of %s at most', (period, count) => {
    const policy = buildPolicy({ [period]: count });
    const before = kept(week, policy).filter((id) => id !== 20);
    const after = kept([...week, ...flood(100, '2026-11-21T08:00Z')], policy);
    expect(before.filter((id) => !after.includes(id)).length).toBeLessThanOrEqual(1);
    expect(after.length).toBeLessThanOrEqual(count + 1);
  });

  it('does not take the slots of days that have a backup already', () => {
    const backups = [...week, ...flood(100, '2026-11-20T08:00Z')];
    expect(kept(backups, buildPolicy({ daily: 7 }))).toEqual([399, ...idsOf(week).reverse()]);
  });

  it('of damaged, failed or future backups takes no place at all', () => {
    const backups = [
      ...week,
      ...flood(1000, '2026-11-21T06:00Z', { state: 'damaged' }),
      ...flood(2000, '2026-11-21T07:00Z', { state: 'gone' }),
      ...flood(3000, '2026-11-22T07:00Z'),
    ];
    expect(kept(backups, buildPolicy({ keepLast: 3, daily: 7 }))).toEqual(expect.arrayContaining(idsOf(week)));
  });

  it('made by hand leaves those of a schedule alone', () => {
    const scheduled = week.map((backup) => ({ ...backup, scheduleId: 1 }));
    const policy = buildPolicy({ keepLast: 3 });
    const alone = kept(scheduled, policy);
    const hours = Array.from({ length: 24 }, (_, hour) =>
      buildBackup(500 + hour, new Date(Date.parse('2026-11-20T12:00Z') + hour * 3_600_000).toISOString()),
    );
    expect(kept([...scheduled, ...hours], policy).filter((id) => id < 100)).toEqual(alone);
  });

  it('does not count against last days', () => {
    const backups = [
      ...week.map((backup) => ({ ...backup, expiresAt: '2026-12-14' })),
      ...flood(100, '2026-11-21T08:00Z', { expiresAt: '2026-12-21' }),
    ];
    expect(planRetention(backups, buildPolicy({ days: 30 }), NOW).delete).toEqual([]);
  });
});
