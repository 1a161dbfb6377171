import { z } from 'zod';
import { BackupType } from '../catalog/catalog.types.js';

/** When to raise an alert. `null` switches a rule off. */
export interface AlertOptions {
  /**
   * Hours after which the newest good backup of a database is too old: whole, complete and not known to be damaged.
   * Default: 26 where no schedule is active; else off, since then each schedule says itself when it is due.
   */
  readonly maxAgeHours?: number | null;
  /** The same for the newest good backup of a type: `{ full: 170 }`. Default: none. */
  readonly maxAgeHoursByType?: Readonly<Partial<Record<BackupType, number>>>;
  /** Hours after which a scheduled backup that is due and not there is late. Default: 2. */
  readonly graceHours?: number | null;
  /** A backup is suspiciously small that is smaller by this factor than usual. Default: 2, less than half. */
  readonly sizeDropFactor?: number | null;
  /** A backup is suspiciously large that is larger by this factor than usual. Default: 3. */
  readonly sizeGrowthFactor?: number | null;
  /** Part of the storage that may be in use, 0 to 1; only a local folder is looked at. Default: 0.9. */
  readonly maxStorageUsed?: number | null;
  /** Days after which a restore drill is due again. Default: 90. */
  readonly drillDays?: number | null;
}

/** Options with every default filled in. */
export interface AlertRules {
  /** `undefined`: 26 where no schedule is active. */
  readonly maxAgeHours: number | null | undefined;
  readonly maxAgeHoursByType: Readonly<Partial<Record<BackupType, number>>>;
  readonly graceHours: number | null;
  readonly sizeDropFactor: number | null;
  readonly sizeGrowthFactor: number | null;
  readonly maxStorageUsed: number | null;
  readonly drillDays: number | null;
}

const hours = z.number().positive();
const factor = z.number().gt(1).nullable();

export const alertSchema = z
  .strictObject({
    maxAgeHours: hours.nullable().optional(),
    maxAgeHoursByType: z.partialRecord(z.enum(Object.values(BackupType)), hours).default({}),
    graceHours: z.number().min(0).nullable().default(2),
    sizeDropFactor: factor.default(2),
    sizeGrowthFactor: factor.default(3),
    maxStorageUsed: z.number().gt(0).max(1).nullable().default(0.9),
    drillDays: z.number().positive().nullable().default(90),
  })
  .transform(({ maxAgeHours, ...rules }): AlertRules => ({ maxAgeHours, ...rules }));
