import type { RetainedBackup, RetentionPolicy, RetentionRules } from '@app/backup/retention/retention.types.js';

/** Noon on a Saturday: in ISO week 47 of 2026. */
export const NOW = new Date('2026-11-21T12:00:00Z');

/** A complete, unverified backup made by hand, without a last day. */
export function buildBackup(id: number, time: string, more: Partial<RetainedBackup> = {}): RetainedBackup {
  return {
    id,
    type: 'database',
    scheduleId: null,
    sources: ['shop'],
    partial: false,
    state: 'complete',
    createdAt: new Date(time),
    expiresAt: null,
    verified: false,
    pinned: false,
    pinnedReason: null,
    parentId: null,
    ...more,
  };
}

/** A policy without rules, in which nothing is kept for its youth. */
export function buildPolicy(rules: Partial<RetentionRules> = {}, more: Partial<RetentionPolicy> = {}): RetentionPolicy {
  return {
    rules: {
      days: null,
      keepLast: 0,
      hourly: 0,
      daily: 0,
      weekly: 0,
      monthly: 0,
      yearly: 0,
      timeZone: 'UTC',
      minimumAgeHours: 0,
      ...rules,
    },
    schedules: new Map(),
    ...more,
  };
}
