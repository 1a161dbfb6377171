/**
 * What is known of a backup:
 *
 * - `running`: not complete yet
 * - `complete`: its set is in storage, and nothing is known against it
 * - `damaged`: its last verification failed
 * - `missing`: the catalog has it, storage does not
 * - `gone`: failed or deleted; there is nothing to decide
 */
export type BackupState = 'running' | 'complete' | 'damaged' | 'missing' | 'gone';

/** What retention needs to know of a backup. */
export interface RetainedBackup {
  readonly id: number;
  readonly type: string;
  /** Null: made by hand. */
  readonly scheduleId: number | null;
  /** What it holds: names of databases. */
  readonly sources: readonly string[];
  /** Whether parts of its sources were left out of it. */
  readonly partial: boolean;
  readonly state: BackupState;
  readonly createdAt: Date;
  /** The last day it is kept (UTC), `YYYY-MM-DD`; null when it has none. */
  readonly expiresAt: string | null;
  /** Whether its last verification read everything and found it sound. */
  readonly verified: boolean;
  readonly pinned: boolean;
  readonly pinnedReason: string | null;
  /** The backup that this one builds on. */
  readonly parentId: number | null;
}

/** The rules for one group of backups. */
export interface RetentionRules {
  /** Days given to a backup when it is made; null: none. Each backup carries its own last day. */
  readonly days: number | null;
  readonly keepLast: number;
  readonly hourly: number;
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
  /** IANA name of the zone that hours, days, weeks, months and years are counted in. */
  readonly timeZone: string;
  /** Younger backups are never deleted, hours. */
  readonly minimumAgeHours: number;
}

export interface RetentionPolicy {
  readonly rules: RetentionRules;
  /** What schedules do differently, by their id. */
  readonly schedules: ReadonlyMap<number, Partial<RetentionRules>>;
}

export interface KeptBackup {
  readonly id: number;
  readonly reasons: readonly string[];
}

export interface RetentionPlan {
  /** Newest first. */
  readonly keep: readonly KeptBackup[];
  /** In the order in which to delete: what builds on another goes before it. */
  readonly delete: readonly number[];
}
