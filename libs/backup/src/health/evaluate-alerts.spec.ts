import {
  buildFacts,
  buildGood,
  buildGroup,
  buildScheduled,
  buildSizes,
  DEFAULT_RULES,
  hoursAgo,
  NOW,
} from '../../../../test/support/health-builder.js';
import { alertSchema, type AlertRules } from './alert-rules.js';
import { evaluateAlerts } from './evaluate-alerts.js';
import type { HealthFacts } from './health-facts.js';

const DAY = 24;
const UNSOUND = { id: 9, backupName: '20261120T000000Z-database-abcdef', verifiedAt: hoursAgo(5) };

/** What is expected of some facts, by name: `kind subject` of each alert. */
const CASES: readonly [string, Partial<HealthFacts>, Partial<AlertRules>, string[]][] = [
  ['nothing when all is well', {}, {}, []],

  [
    'a database without any backup',
    { groups: [], sources: [{ name: 'shop', newestGood: null }] },
    {},
    ['backup_overdue database shop'],
  ],
  [
    'a database whose backup is older than a day and two hours',
    { sources: [{ name: 'shop', newestGood: hoursAgo(26.1) }] },
    {},
    ['backup_overdue database shop'],
  ],
  ['nothing of one that is exactly that old', { sources: [{ name: 'shop', newestGood: hoursAgo(26) }] }, {}, []],
  [
    'each database by itself',
    {
      sources: [
        { name: 'blog', newestGood: hoursAgo(30) },
        { name: 'shop', newestGood: hoursAgo(1) },
      ],
    },
    {},
    ['backup_overdue database blog'],
  ],
  [
    'an age that the options allow less of',
    { sources: [{ name: 'shop', newestGood: hoursAgo(3) }] },
    { maxAgeHours: 2 },
    ['backup_overdue database shop'],
  ],
  ['no age when that rule is off', { sources: [{ name: 'shop', newestGood: null }] }, { maxAgeHours: null }, []],
  [
    'no age of databases where a schedule says itself when it is due',
    { groups: [buildScheduled(hoursAgo(1))], sources: [{ name: 'shop', newestGood: hoursAgo(100) }] },
    {},
    [],
  ],
  [
    'the age of databases beside a schedule when the options name one',
    { groups: [buildScheduled(hoursAgo(1))], sources: [{ name: 'shop', newestGood: hoursAgo(100) }] },
    { maxAgeHours: 50 },
    ['backup_overdue database shop'],
  ],

  [
    'a schedule that was due and made nothing',
    { groups: [buildScheduled(hoursAgo(3), { good: [buildGood(1, hoursAgo(27))] })] },
    {},
    ['backup_overdue schedule 3'],
  ],
  [
    'nothing of one whose grace is not over',
    { groups: [buildScheduled(hoursAgo(2), { good: [buildGood(1, hoursAgo(26))] })] },
    {},
    [],
  ],
  [
    'a schedule that never made a backup',
    { groups: [buildScheduled(hoursAgo(3), { good: [] })] },
    {},
    ['backup_overdue schedule 3'],
  ],
  [
    'a schedule whose run failed',
    { groups: [buildScheduled(hoursAgo(3), { good: [buildGood(1, hoursAgo(27))], failedAt: hoursAgo(3) })] },
    {},
    ['backup_overdue schedule 3'],
  ],
  [
    'nothing of a run that takes long',
    { groups: [buildScheduled(hoursAgo(9), { good: [], runningSince: hoursAgo(9) })] },
    {},
    [],
  ],
  [
    'a run that began before it was due as none',
    { groups: [buildScheduled(hoursAgo(9), { good: [], runningSince: hoursAgo(40) })] },
    {},
    ['backup_overdue schedule 3'],
  ],
  [
    'nothing of a monthly schedule between its runs',
    { groups: [buildScheduled(hoursAgo(20 * DAY), { good: [buildGood(1, hoursAgo(20 * DAY))] })] },
    {},
    [],
  ],
  [
    'no lateness when that rule is off',
    { groups: [buildScheduled(hoursAgo(99), { good: [] })] },
    { graceHours: null },
    [],
  ],

  ['a type that must be made', {}, { maxAgeHoursByType: { full: 170 } }, ['backup_overdue type full']],
  [
    'the newest of a type, whoever made it',
    {
      groups: [
        buildGroup({ good: [buildGood(1, hoursAgo(9))] }),
        buildScheduled(hoursAgo(1), { good: [buildGood(2, hoursAgo(3))] }),
      ],
    },
    { maxAgeHoursByType: { database: 5 } },
    [],
  ],

  [
    'a backup half as large as usual',
    { groups: [buildGroup({ good: buildSizes(4.9, 10, 10, 10) })] },
    {},
    ['size_dropped backup 4'],
  ],
  ['nothing of one exactly half as large', { groups: [buildGroup({ good: buildSizes(5, 10, 10, 10) })] }, {}, []],
  [
    'a backup more than three times as large',
    { groups: [buildGroup({ good: buildSizes(31, 10, 10, 10) })] },
    {},
    ['size_grew backup 4'],
  ],
  ['nothing of steady growth', { groups: [buildGroup({ good: buildSizes(40, 30, 20, 12, 10) })] }, {}, []],
  [
    'what is usual by the middle, whatever one of them was',
    { groups: [buildGroup({ good: buildSizes(10, 10, 1000, 10) })] },
    {},
    [],
  ],
  ['nothing before it is known what is usual', { groups: [buildGroup({ good: buildSizes(1, 10, 10) })] }, {}, []],
  ['nothing of sizes that hardly matter', { groups: [buildGroup({ good: buildSizes(0.01, 0.9, 0.9, 0.9) })] }, {}, []],
  [
    'a database that was emptied',
    { groups: [buildGroup({ good: buildSizes(0, 10, 10, 10) })] },
    {},
    ['size_dropped backup 4'],
  ],
  [
    'nothing of a backup of something else',
    {
      groups: [
        buildGroup({
          good: [buildGood(9, NOW, { selection: 'database blog', logicalSize: 0 }), ...buildSizes(9, 9, 9)],
        }),
      ],
    },
    {},
    [],
  ],
  [
    'a backup half as large as those of the same, whatever was backed up between them',
    {
      groups: [
        buildGroup({
          good: buildSizes(1, 99, 10, 99, 10, 99, 10).map((good, index) =>
            index % 2 === 0 ? good : { ...good, selection: 'database blog' },
          ),
        }),
      ],
    },
    {},
    ['size_dropped backup 7'],
  ],
  [
    'as usual the five before it',
    { groups: [buildGroup({ good: buildSizes(4, 5, 5, 5, 5, 5, 99, 99, 99, 99, 99, 99) })] },
    {},
    [],
  ],
  [
    'factors of the options',
    { groups: [buildGroup({ good: buildSizes(7, 10, 10, 10) })] },
    { sizeDropFactor: 1.2 },
    ['size_dropped backup 4'],
  ],
  [
    'no size when those rules are off',
    {
      groups: [
        buildGroup({ good: buildSizes(0, 10, 10, 10) }),
        buildScheduled(hoursAgo(1), { good: buildSizes(99, 10, 10, 10) }),
      ],
    },
    { sizeDropFactor: null, sizeGrowthFactor: null },
    [],
  ],

  [
    'each backup that failed its verification',
    { unsound: [UNSOUND, { ...UNSOUND, id: 8 }] },
    {},
    ['verification_failed backup 8', 'verification_failed backup 9'],
  ],

  [
    'a storage nine tenths full',
    { storage: { usable: true, room: { freeBytes: 9, totalBytes: 100 } } },
    {},
    ['storage_nearly_full storage'],
  ],
  [
    'nothing of one that is exactly that full',
    { storage: { usable: true, room: { freeBytes: 25, totalBytes: 100 } } },
    { maxStorageUsed: 0.75 },
    [],
  ],
  [
    'a storage that cannot be used',
    { storage: { usable: false, reason: 'It is not mounted.' } },
    {},
    ['storage_unusable storage'],
  ],
  ['nothing of a storage that does not tell', { storage: { usable: true, room: null } }, {}, []],
  [
    'no fullness when that rule is off',
    { storage: { usable: true, room: { freeBytes: 0, totalBytes: 100 } } },
    { maxStorageUsed: null },
    [],
  ],

  ['a drill that is 91 days ago', { drill: { lastAt: hoursAgo(91 * DAY), seconds: 60 } }, {}, ['drill_overdue drill']],
  ['nothing of one 90 days ago', { drill: { lastAt: hoursAgo(90 * DAY), seconds: 60 } }, {}, []],
  [
    'a drill that nobody ever made, since backups were',
    { oldestBackup: hoursAgo(91 * DAY) },
    {},
    ['drill_overdue drill'],
  ],
  ['no drill while there is nothing to restore', { oldestBackup: null }, {}, []],
  ['no drill when that rule is off', { oldestBackup: hoursAgo(999 * DAY) }, { drillDays: null }, []],

  [
    'errors before warnings',
    { storage: { usable: true, room: { freeBytes: 1, totalBytes: 100 } }, unsound: [UNSOUND] },
    {},
    ['verification_failed backup 9', 'storage_nearly_full storage'],
  ],
];

describe('evaluateAlerts', () => {
  it.each(CASES)('reports %s', (_name, facts, rules, expected) => {
    const alerts = evaluateAlerts(buildFacts(facts), { ...DEFAULT_RULES, ...rules }, NOW);
    expect(alerts.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(expected);
  });

  it('says what is wrong, and what to do, in a line each', () => {
    const facts = buildFacts({
      groups: [
        buildScheduled(hoursAgo(3), {
          good: [buildGood(1, hoursAgo(27))],
          failedAt: hoursAgo(3),
          failure: 'The storage is full.',
        }),
      ],
    });
    expect(evaluateAlerts(facts, DEFAULT_RULES, NOW)).toEqual([
      {
        kind: 'backup_overdue',
        severity: 'error',
        subject: 'schedule 3',
        message:
          'Schedule 3 (nightly) was due at 2026-11-21 09:00:00 UTC and has made no good backup since: its newest is of 2026-11-20 09:00:00. The last try failed: The storage is full.',
        cure: 'See why with backup:list --status=failed and backup:show.',
      },
    ]);
  });

  it('says why no database was backed up, where the last try failed that no good backup has followed', () => {
    const failed = { failedAt: hoursAgo(1), failure: 'The storage is full.' };
    const messages = (newestGood: Date | null, group: Parameters<typeof buildGroup>[0]): string[] =>
      evaluateAlerts(
        buildFacts({
          sources: [{ name: 'shop', newestGood }],
          groups: [
            buildGroup({ type: 'full', good: [], failedAt: hoursAgo(2), failure: 'The server is gone.' }),
            buildGroup({ good: [], ...group }),
          ],
        }),
        DEFAULT_RULES,
        NOW,
      ).map(({ message }) => message);
    const missing = 'There is no good whole backup of database shop from the last 26 hours.';

    expect(messages(null, failed)).toEqual([`${missing} The last try failed: The storage is full.`]);
    expect(messages(hoursAgo(30), { ...failed, type: 'files' })).toEqual([
      `${missing} The last try failed: The server is gone.`,
    ]);
  });

  it('has the defaults that the options are documented with', () => {
    expect(alertSchema.parse({})).toEqual(DEFAULT_RULES);
  });
});
