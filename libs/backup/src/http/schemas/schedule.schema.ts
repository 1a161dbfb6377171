import { z } from 'zod';
import { BackupType, MissedRun, ScheduledOperation } from '../../catalog/catalog.types.js';
import type { BackupSchedule } from '../../catalog/entities/backup-schedule.entity.js';
import { LONGEST_RETENTION } from '../../operations/create-options.js';
import { instant, instantOrNull, keyReference, names, time } from './common.schema.js';

const operation = z.enum(Object.values(ScheduledOperation));
const backupType = z.enum(Object.values(BackupType));
const missedRun = z.enum(Object.values(MissedRun));

/** A setting that has a default, which null takes it back to. */
const setting = <Type extends z.ZodType>(type: Type, byDefault: string): z.ZodOptional<z.ZodNullable<Type>> =>
  type
    .nullable()
    .optional()
    .meta({ description: `Default, and what null takes it back to: ${byDefault}` });

const THE_MODULES = "what the module's options say";

/** Where a schedule copies its sets to is not taken over HTTP: it may hold secrets. */
const settings = z.strictObject({
  name: z.string().min(1).max(191),
  cronExpression: z.string().min(1).max(191),
  operation: setting(operation, 'backup'),
  backupType: setting(backupType, 'of verifications all types; a backup needs one'),
  timeZone: setting(z.string().min(1).max(64), 'UTC'),
  missedRun: setting(missedRun, 'run_once'),
  retentionDays: setting(z.int().min(1).max(LONGEST_RETENTION), THE_MODULES),
  compression: setting(z.string().max(20), THE_MODULES),
  encryption: setting(z.boolean(), THE_MODULES),
  encryptionKey: setting(keyReference, THE_MODULES),
  includeTables: setting(names, 'all tables'),
  excludeTables: setting(names, 'no table'),
  includeFiles: setting(z.boolean(), 'true'),
  includeDatabases: setting(z.boolean(), 'true'),
  fullEvery: setting(z.int().min(1).max(10_000), THE_MODULES),
  notificationEmail: setting(z.string().max(255), 'nobody besides those whom the module tells'),
  isActive: setting(z.boolean(), 'true'),
});

export const createScheduleBody = settings.meta({
  example: { name: 'nightly', cronExpression: '30 3 * * *', backupType: 'database', timeZone: 'Europe/Berlin' },
});
export const updateScheduleBody = settings.partial().meta({ example: { isActive: false, retentionDays: null } });

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
  includeDatabases: z.boolean(),
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
