import { z } from 'zod';
import { BackupType, MissedRun, ScheduledOperation } from '../../catalog/catalog.types.js';
import type { BackupSchedule } from '../../catalog/entities/backup-schedule.entity.js';
import { instant, instantOrNull, keyReference, names, time } from './common.schema.js';

const operation = z.enum(Object.values(ScheduledOperation));
const backupType = z.enum(Object.values(BackupType));
const missedRun = z.enum(Object.values(MissedRun));

/** Where a schedule copies its sets to is not taken over HTTP: it may hold secrets. */
const settings = z.strictObject({
  name: z.string().min(1).max(191),
  cronExpression: z.string().min(1).max(191),
  operation: operation.optional(),
  backupType: backupType.optional(),
  timeZone: z.string().min(1).max(64).optional(),
  missedRun: missedRun.optional(),
  retentionDays: z.int().min(1).max(36_500).nullable().optional(),
  compression: z.string().max(20).nullable().optional(),
  encryption: z.boolean().nullable().optional(),
  encryptionKey: keyReference.nullable().optional(),
  includeTables: names.nullable().optional(),
  excludeTables: names.nullable().optional(),
  includeFiles: z.boolean().optional(),
  fullEvery: z.int().min(1).max(10_000).nullable().optional(),
  notificationEmail: z.string().max(255).nullable().optional(),
  isActive: z.boolean().optional(),
});

export const createScheduleBody = settings.meta({
  example: { name: 'nightly', cronExpression: '30 3 * * *', backupType: 'database', timeZone: 'Europe/Berlin' },
});
export const updateScheduleBody = settings.partial().meta({ example: { isActive: false } });

export const nextRunsQuery = z.strictObject({
  count: z
    .string()
    .regex(/^(?:[1-9]|[1-4]\d|50)$/, 'is not a number of runs from 1 to 50')
    .transform(Number)
    .optional()
    .meta({ description: 'Default: 5' }),
});

export const scheduleBody = z.object({
  id: z.int(),
  name: z.string(),
  operation,
  backupType: backupType.nullable(),
  cronExpression: z.string(),
  timeZone: z.string(),
  missedRun,
  retentionDays: z.int().nullable(),
  compression: z.string().nullable(),
  encryption: z.boolean().nullable(),
  encryptionKeyId: z.int().nullable(),
  includeTables: z.array(z.string()).nullable(),
  excludeTables: z.array(z.string()).nullable(),
  includeFiles: z.boolean(),
  fullEvery: z.int().nullable(),
  notificationEmail: z.string().nullable(),
  isActive: z.boolean(),
  lastRunAt: time.nullable(),
  nextRunAt: time.nullable(),
  lastBackupid: z.string().nullable().meta({ description: 'The operation of the latest run' }),
  lastError: z.string().nullable(),
  createdAt: time,
  updatedAt: time,
} satisfies Record<Exclude<keyof BackupSchedule, 'storagePath' | 'remoteStorage' | 'nextRunOf'>, z.ZodType>);
export type ScheduleBody = z.infer<typeof scheduleBody>;

export const schedulesBody = z.object({ items: z.array(scheduleBody) });
export type SchedulesBody = z.infer<typeof schedulesBody>;

export const nextRunsBody = z.object({ items: z.array(time) });
export type NextRunsBody = z.infer<typeof nextRunsBody>;

export function presentSchedule(row: BackupSchedule): ScheduleBody {
  const { storagePath: _path, remoteStorage: _remote, nextRunOf: _of, ...columns } = row;
  return {
    ...columns,
    includeTables: row.includeTables === null ? null : [...row.includeTables],
    excludeTables: row.excludeTables === null ? null : [...row.excludeTables],
    lastRunAt: instantOrNull(row.lastRunAt),
    nextRunAt: instantOrNull(row.nextRunAt),
    createdAt: instant(row.createdAt),
    updatedAt: instant(row.updatedAt),
  };
}
