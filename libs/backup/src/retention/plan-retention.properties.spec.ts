import fc from 'fast-check';
import { buildPolicy, NOW } from '../../../../test/support/retention-builder.js';
import { PERIODS } from './calendar-slots.js';
import { planRetention } from './plan-retention.js';
import type { BackupState, RetainedBackup, RetentionPolicy, RetentionRules } from './retention.types.js';

const HOUR = 3_600_000;
/** The same cases in every run. */
const RUNS = { seed: 20261121, numRuns: 250 };

/** Most are a few hours apart, some at the same time, some in the future, none older than three years. */
const time = fc
  .oneof(
    fc.integer({ min: -72, max: 4 }).map((hours) => hours * HOUR),
    fc.integer({ min: -900 * 24, max: 30 * 24 }).map((hours) => hours * HOUR),
    fc.integer({ min: -3 * HOUR, max: HOUR }),
  )
  .map((offset) => new Date(NOW.getTime() + offset));

/** The first in four of five cases, so that backups are alike enough to compete, and much is deleted. */
const mostly = <T>(usual: T, ...others: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const withoutId = fc.record({
  type: mostly('database', 'files'),
  scheduleId: mostly(null, 1, 2),
  sources: mostly(['shop'], ['shop', 'blog'], ['crm'], []),
  partial: mostly(false, true),
  state: mostly<BackupState>('complete', 'running', 'damaged', 'missing', 'gone'),
  createdAt: time,
  expiresAt: mostly<string | null>('2026-11-01', null, '2026-11-20', '2026-11-21', '2026-12-01'),
  verified: fc.boolean(),
  pinned: mostly(false, true),
  pinnedReason: fc.constantFrom(null, 'before the upgrade'),
});

/** Backups with parents among them, which may form circles, or be gone. */
const someBackups: fc.Arbitrary<RetainedBackup[]> = fc
  .array(fc.tuple(withoutId, fc.option(fc.nat(39), { freq: 2 })), { maxLength: 40, size: 'max' })
  .map((rows) => rows.map(([row, parentId], id): RetainedBackup => ({ ...row, id, parentId })));

/** Most policies have few rules. */
const count = mostly(0, 1, 2, 3, 5);
const someRules: fc.Arbitrary<RetentionRules> = fc.record({
  days: fc.constantFrom(null, 30),
  keepLast: count,
  hourly: count,
  daily: count,
  weekly: count,
  monthly: count,
  yearly: count,
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'),
  minimumAgeHours: mostly(0, 1, 24),
});
const somePolicy: fc.Arbitrary<RetentionPolicy> = fc
  .tuple(someRules, fc.constantFrom('UTC', 'Pacific/Auckland'), count)
  .map(([rules, timeZone, keepLast]) => ({ rules, schedules: new Map([[1, { timeZone, keepLast }]]) }));

const check = (property: (backups: RetainedBackup[], policy: RetentionPolicy) => void): void => {
  fc.assert(fc.property(someBackups, somePolicy, property), RUNS);
};
const keptOf = (backups: readonly RetainedBackup[], policy: RetentionPolicy): Set<number> =>
  new Set(planRetention(backups, policy, NOW).keep.map(({ id }) => id));
const newest = (backups: readonly RetainedBackup[]): RetainedBackup | undefined =>
  backups.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.id - a.id)[0];

describe('For all backups and policies', () => {
  it('every backup that is not gone is either kept with a reason or deleted', () => {
    check((backups, policy) => {
      const plan = planRetention(backups, policy, NOW);
      const ids = [...plan.keep.map(({ id }) => id), ...plan.delete];
      const present = backups.filter(({ state }) => state !== 'gone').map(({ id }) => id);
      expect(ids.sort((a, b) => a - b)).toEqual(present);
      expect(plan.keep.filter(({ reasons }) => reasons.length === 0)).toEqual([]);
    });
  });

  it('the newest good backup of each group stays, and so does the newest verified one', () => {
    check((backups, policy) => {
      const kept = keptOf(backups, policy);
      const good = backups.filter(({ state, createdAt }) => state === 'complete' && createdAt <= NOW);
      for (const group of Map.groupBy(
        good,
        ({ scheduleId, type, partial, sources }) =>
          `${String(scheduleId)} ${type} ${String(partial)} ${String(sources.length === 0 && type !== 'database')}`,
      ).values()) {
        const verified = group.filter((backup) => backup.verified);
        for (const source of [null, 'shop', 'blog', 'crm']) {
          const holds = ({ sources }: RetainedBackup): boolean => source === null || sources.includes(source);
          const protectedOnes = [newest(group.filter(holds)), newest(verified.filter(holds))];
          for (const backup of protectedOnes.filter((found) => found !== undefined)) {
            expect(kept).toContain(backup.id);
          }
        }
      }
    });
  });

  it('nothing pinned, running, missing in storage or dated in the future is deleted', () => {
    check((backups, policy) => {
      const kept = keptOf(backups, policy);
      for (const { id, state, pinned, createdAt } of backups) {
        if (state === 'running' || state === 'missing' || (state !== 'gone' && (pinned || createdAt > NOW))) {
          expect(kept).toContain(id);
        }
      }
    });
  });

  it('nothing is deleted before its last day is over, or before the minimum age', () => {
    check((backups, policy) => {
      const deleted = new Set(planRetention(backups, policy, NOW).delete);
      for (const { id, createdAt, expiresAt } of backups.filter((backup) => deleted.has(backup.id))) {
        expect([id, expiresAt ?? '']).not.toEqual([id, expect.stringMatching(/^2026-1(?:1-21|2)/)]);
        expect(NOW.getTime() - createdAt.getTime()).toBeGreaterThanOrEqual(policy.rules.minimumAgeHours * HOUR);
      }
    });
  });

  it('no kept backup builds on a deleted one', () => {
    check((backups, policy) => {
      const plan = planRetention(backups, policy, NOW);
      const kept = new Set(plan.keep.map(({ id }) => id));
      const parents = backups.filter(({ id }) => kept.has(id)).map(({ parentId }) => parentId);
      expect(plan.delete.filter((id) => parents.includes(id))).toEqual([]);
    });
  });

  it('however far the deletion gets, nothing that is left builds on what is gone', () => {
    check((rows, policy) => {
      const backups = rows.map((backup) => ({
        ...backup,
        parentId: backup.parentId !== null && backup.parentId < backup.id ? backup.parentId : null,
      }));
      const parents = new Map(backups.map(({ id, parentId }) => [id, parentId]));
      const gone = new Set<number | null | undefined>();
      for (const id of planRetention(backups, policy, NOW).delete) {
        expect(gone).not.toContain(parents.get(id) ?? undefined);
        gone.add(id);
      }
    });
  });

  it('the plan does not depend on the order of the backups', () => {
    fc.assert(
      fc.property(someBackups, somePolicy, fc.infiniteStream(fc.nat()), (backups, policy, random) => {
        const shuffled = backups
          .map((backup) => ({ backup, place: random.next().value as number }))
          .sort((a, b) => a.place - b.place)
          .map(({ backup }) => backup);
        expect(planRetention(shuffled, policy, NOW)).toEqual(planRetention(backups, policy, NOW));
      }),
      RUNS,
    );
  });

  it('a second run changes nothing more', () => {
    check((backups, policy) => {
      const first = planRetention(backups, policy, NOW);
      const left = backups.filter(({ id }) => !first.delete.includes(id));
      expect(planRetention(left, policy, NOW)).toEqual({ keep: first.keep, delete: [] });
    });
  });

  it('a more generous policy deletes nothing that a stricter one keeps', () => {
    fc.assert(
      fc.property(someBackups, someRules, fc.array(count, { minLength: 6, maxLength: 6 }), (backups, rules, more) => {
        const strict = buildPolicy({ ...rules, keepLast: Math.max(rules.keepLast, 1) });
        const [last, ...counts] = more;
        const generous = buildPolicy({
          ...strict.rules,
          keepLast: strict.rules.keepLast + last,
          ...Object.fromEntries(PERIODS.map((period, index) => [period, rules[period] + counts[index]])),
          minimumAgeHours: rules.minimumAgeHours + 1,
        });
        const kept = keptOf(backups, generous);
        expect([...keptOf(backups, strict)].filter((id) => !kept.has(id))).toEqual([]);
      }),
      RUNS,
    );
  });
});
