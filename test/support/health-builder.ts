import type { AlertRules } from '@app/backup/health/alert-rules.js';
import type { GoodBackup, GroupFacts, HealthFacts } from '@app/backup/health/health-facts.js';

/** Noon on a Saturday. */
export const NOW = new Date('2026-11-21T12:00:00Z');
const MEBIBYTE = 1024 * 1024;

export function hoursAgo(hours: number): Date {
  return new Date(NOW.getTime() - hours * 3_600_000);
}

/** A backup of 10 MiB. */
export function buildGood(id: number, createdAt: Date, more: Partial<GoodBackup> = {}): GoodBackup {
  return {
    id,
    createdAt,
    selection: 'database shop',
    logicalSize: 10 * MEBIBYTE,
    fileSize: 2 * MEBIBYTE,
    durationSeconds: 3,
    ...more,
  };
}

/** Backups of these sizes, MiB, newest first, an hour apart. */
export function buildSizes(...sizes: number[]): GoodBackup[] {
  return sizes.map((size, index) =>
    buildGood(sizes.length - index, hoursAgo(index + 1), { logicalSize: size * MEBIBYTE }),
  );
}

/** Backups that nobody scheduled, the newest an hour old. */
export function buildGroup(more: Partial<GroupFacts> = {}): GroupFacts {
  return {
    type: 'database',
    schedule: null,
    good: [buildGood(1, hoursAgo(1))],
    failedAt: null,
    failure: null,
    runningSince: null,
    drill: { lastAt: null, seconds: null },
    ...more,
  };
}

/** What a schedule made that was due then. */
export function buildScheduled(dueAt: Date, more: Partial<GroupFacts> = {}): GroupFacts {
  return buildGroup({ schedule: { id: 3, name: 'nightly', dueAt }, ...more });
}

/** One database, backed up an hour ago, on a storage that is half full. */
export function buildFacts(more: Partial<HealthFacts> = {}): HealthFacts {
  return {
    groups: [buildGroup()],
    sources: [{ name: 'shop', newestGood: hoursAgo(1) }],
    unsound: [],
    storage: { usable: true, room: { freeBytes: 50, totalBytes: 100 } },
    storedBytes: 0,
    drill: { lastAt: null, seconds: null },
    oldestBackup: hoursAgo(1),
    ...more,
  };
}

export const DEFAULT_RULES: AlertRules = {
  maxAgeHours: undefined,
  maxAgeHoursByType: {},
  graceHours: 2,
  sizeDropFactor: 2,
  sizeGrowthFactor: 3,
  maxStorageUsed: 0.9,
  drillDays: 90,
};
