import { z } from 'zod';
import { isTimeZone } from './calendar-slots.js';
import type { RetentionRules } from './retention.types.js';

/**
 * How long backups are kept. The rules are ORed: a backup goes when none of them keeps it. Counts are of what is there:
 * `daily: 7` keeps a backup of each of the last seven days that have one. Per schedule and type of backup.
 */
export interface RetentionOptions {
  /** Days a backup is kept when nothing else is said, counted when it is made; null: no limit. Default: null. */
  readonly days?: number | null;
  /** Keeps this many of the newest; those made within one hour count as one. Default: 0. */
  readonly keepLast?: number;
  /** Keeps the first backup of this many hours. Default: 0. */
  readonly hourly?: number;
  /** Keeps the first backup of this many days. Default: 0. */
  readonly daily?: number;
  /** Keeps the first backup of this many weeks, which begin on Monday (ISO 8601). Default: 0. */
  readonly weekly?: number;
  /** Keeps the first backup of this many months. Default: 0. */
  readonly monthly?: number;
  /** Keeps the first backup of this many years. Default: 0. */
  readonly yearly?: number;
  /** IANA name of the zone that days begin in, `Europe/Berlin`; a schedule's own goes before it. Default: `UTC`. */
  readonly timeZone?: string;
  /** Hours for which no rule deletes a backup. Default: 24. */
  readonly minimumAgeHours?: number;
  /** The most backups one cleanup deletes; it refuses to delete any when there are more. Default: 3/4, at least 10. */
  readonly maxDelete?: number;
}

/** Options with every default filled in. */
export interface ResolvedRetention {
  readonly rules: RetentionRules;
  readonly maxDelete: number | null;
}

const count = z.int().min(0).default(0);

export const retentionSchema = z
  .strictObject({
    days: z.int().min(1).nullable().default(null),
    keepLast: count,
    hourly: count,
    daily: count,
    weekly: count,
    monthly: count,
    yearly: count,
    timeZone: z.string().refine(isTimeZone, 'is not the name of a time zone such as Europe/Berlin').default('UTC'),
    minimumAgeHours: z.number().min(0).default(24),
    maxDelete: z.int().min(1).optional(),
  })
  .transform(({ maxDelete = null, ...rules }): ResolvedRetention => ({ rules, maxDelete }));
