import fc from 'fast-check';
import { BackupType } from '../catalog/catalog.types.js';
import { buildGood, buildGroup, NOW } from '../../../../test/support/health-builder.js';
import type { AlertRules } from './alert-rules.js';
import { evaluateAlerts, type Alert } from './evaluate-alerts.js';
import type { GoodBackup, GroupFacts, HealthFacts } from './health-facts.js';

const HOUR = 3_600_000;
/** The same cases in every run. */
const RUNS = { seed: 20261121, numRuns: 300 };

const time = fc.integer({ min: -200 * 24, max: 2 }).map((hours) => new Date(NOW.getTime() + hours * HOUR));
const maybeTime = fc.option(time);

const someGood: fc.Arbitrary<GoodBackup[]> = fc
  .array(fc.tuple(time, fc.option(fc.nat(100_000_000)), fc.constantFrom('shop', 'blog')), { maxLength: 12 })
  .map((rows) =>
    rows
      .sort(([one], [other]) => other.getTime() - one.getTime())
      .map(([createdAt, logicalSize, selection], id) => ({
        id,
        createdAt,
        selection,
        logicalSize,
        fileSize: 1,
        durationSeconds: 1,
      })),
  );

/** At most one group a schedule and type, as the catalog has them. */
const someGroups: fc.Arbitrary<GroupFacts[]> = fc.uniqueArray(
  fc.record({
    type: fc.constantFrom(...Object.values(BackupType)),
    schedule: fc.option(fc.record({ id: fc.nat(5), name: fc.constant('nightly'), dueAt: maybeTime })),
    good: someGood,
    failedAt: maybeTime,
    failure: fc.option(fc.constant('The disk is full.')),
    runningSince: fc.constant(null),
    drill: fc.constant({ lastAt: null, seconds: null }),
  }),
  { maxLength: 6, selector: ({ schedule }) => schedule?.id ?? null },
);

const someFacts: fc.Arbitrary<HealthFacts> = fc.record({
  groups: someGroups,
  sources: fc.uniqueArray(fc.record({ name: fc.constantFrom('shop', 'blog', 'crm'), newestGood: maybeTime }), {
    selector: ({ name }) => name,
  }),
  unsound: fc.uniqueArray(fc.record({ id: fc.nat(9), backupName: fc.string(), verifiedAt: time }), {
    selector: ({ id }) => id,
    maxLength: 3,
  }),
  storage: fc
    .option(fc.tuple(fc.nat(1000), fc.nat(1000)).map(([free, used]) => ({ freeBytes: free, totalBytes: free + used })))
    .map((room) => ({ usable: true, room })),
  storedBytes: fc.nat(),
  drill: fc.record({ lastAt: maybeTime, seconds: fc.constant(1) }),
  oldestBackup: maybeTime,
});

const threshold = fc.option(fc.double({ min: 1.01, max: 500, noNaN: true }));
const someRules: fc.Arbitrary<AlertRules> = fc.record({
  maxAgeHours: threshold,
  maxAgeHoursByType: fc.constantFrom({}, { full: 30 }, { database: 5, files: 50 }),
  graceHours: threshold,
  sizeDropFactor: threshold,
  sizeGrowthFactor: threshold,
  maxStorageUsed: fc.option(fc.double({ min: 0.01, max: 1, noNaN: true })),
  drillDays: threshold,
});

const OFF: AlertRules = {
  maxAgeHours: null,
  maxAgeHoursByType: {},
  graceHours: null,
  sizeDropFactor: null,
  sizeGrowthFactor: null,
  maxStorageUsed: null,
  drillDays: null,
};

const check = (property: (facts: HealthFacts, rules: AlertRules) => void): void => {
  fc.assert(fc.property(someFacts, someRules, property), RUNS);
};
const names = (alerts: readonly Alert[]): string[] => alerts.map(({ kind, subject }) => `${kind} ${subject}`);
const TIMED = ['backup_overdue', 'drill_overdue'];

describe('Alerts', () => {
  it('do not depend on the order in which facts are read', () => {
    check((facts, rules) => {
      const turned = {
        ...facts,
        groups: facts.groups.toReversed(),
        sources: facts.sources.toReversed(),
        unsound: facts.unsound.toReversed(),
      };
      // who made two alerts about backups of one number is not told apart by name: ids are unique in a catalog
      expect(names(evaluateAlerts(turned, rules, NOW))).toEqual(names(evaluateAlerts(facts, rules, NOW)));
    });
  });

  it('are about failed verifications alone when every rule is off', () => {
    check((facts) => {
      const alerts = evaluateAlerts(facts, OFF, NOW);
      expect(alerts.map(({ kind }) => kind)).toEqual(facts.unsound.map(() => 'verification_failed'));
    });
  });

  it('of a rule that is loosened do not become more', () => {
    check((facts, rules) => {
      const twice = (value: number | null | undefined): number | null => (typeof value === 'number' ? value * 2 : null);
      const loose = {
        ...rules,
        maxAgeHours: twice(rules.maxAgeHours),
        graceHours: twice(rules.graceHours),
        sizeDropFactor: twice(rules.sizeDropFactor),
        sizeGrowthFactor: twice(rules.sizeGrowthFactor),
        maxStorageUsed: rules.maxStorageUsed === null ? null : Math.min(1, rules.maxStorageUsed * 2),
        drillDays: twice(rules.drillDays),
      };
      const strict = evaluateAlerts(facts, rules, NOW).map(({ message }) => message.split(' ', 2).join(' '));
      for (const { message } of evaluateAlerts(facts, loose, NOW)) {
        expect(strict).toContain(message.split(' ', 2).join(' '));
      }
    });
  });

  it('about time do not go away by waiting', () => {
    check((facts, rules) => {
      const later = names(evaluateAlerts(facts, rules, new Date(NOW.getTime() + 1000 * HOUR)));
      const now = evaluateAlerts(facts, rules, NOW).filter(({ kind }) => TIMED.includes(kind));
      expect(later).toEqual(expect.arrayContaining(names(now)));
    });
  });

  it('about age go away with a good backup of everything', () => {
    check((facts, rules) => {
      const good = [buildGood(99, NOW, { logicalSize: null })];
      const healed = {
        ...facts,
        groups: [
          ...facts.groups.map((group) => ({ ...group, good })),
          ...Object.values(BackupType).map((type) => buildGroup({ type, good })),
        ],
        sources: facts.sources.map((source) => ({ ...source, newestGood: NOW })),
        drill: { lastAt: NOW, seconds: 1 },
        unsound: [],
        storage: { usable: true, room: null } as const,
      };
      expect(evaluateAlerts(healed, rules, NOW)).toEqual([]);
    });
  });

  it('are one line each, and errors come first', () => {
    check((facts, rules) => {
      const alerts = evaluateAlerts(facts, rules, NOW);
      expect(alerts.map(({ severity }) => severity)).toEqual(alerts.map(({ severity }) => severity).sort());
      for (const { message, cure } of alerts.filter(({ kind }) => kind !== 'verification_failed')) {
        expect(`${message}${cure}`).not.toMatch(/[\r\n]|undefined|null|NaN|Invalid/);
      }
    });
  });
});
