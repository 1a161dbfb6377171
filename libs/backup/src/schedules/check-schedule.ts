import { z } from 'zod';
import { parseCompression } from '../backup-set/compression.js';
import type { BackupSchedule } from '../catalog/entities/backup-schedule.entity.js';
import { BackupType, MissedRun, ScheduledOperation } from '../catalog/catalog.types.js';
import { assertSelection } from '../database/selection/table-selection.js';
import { messageOf } from '../errors/backup.error.js';
import { assertSupportedType } from '../operations/backup-sources.js';
import { assertOptionsFit, LONGEST_RETENTION } from '../operations/create-options.js';
import { isTimeZone } from '../retention/calendar-slots.js';
import { nextRun, type Recurrence } from './next-run.js';
import {
  invalidExpression,
  invalidSetting,
  neverRuns,
  onlyForBackups,
  storageOfSchedule,
  unknownTimeZone,
} from './schedule.errors.js';

/** What somebody decides about a schedule; the rest of its row is kept by the library. */
export type ScheduleColumns = Pick<
  BackupSchedule,
  | 'name'
  | 'operation'
  | 'backupType'
  | 'cronExpression'
  | 'timeZone'
  | 'missedRun'
  | 'retentionDays'
  | 'compression'
  | 'encryption'
  | 'encryptionKeyId'
  | 'includeFiles'
  | 'includeDatabases'
  | 'includeTables'
  | 'excludeTables'
  | 'storagePath'
  | 'remoteStorage'
  | 'notificationEmail'
  | 'isActive'
  | 'fullEvery'
>;

const LONGEST = 'has at most 191 characters';

const DAYS = `must be a whole number of days, 1 to ${String(LONGEST_RETENTION)}`;

/** Backups of an incremental chain; the column holds no more than four bytes. */
const LONGEST_CHAIN = 10_000;
const BACKUPS = `must be a whole number of backups, 1 to ${String(LONGEST_CHAIN)}`;

const tables = z.array(z.string()).nullable();

const columns = z.object({
  name: z.string().min(1, 'must not be empty').max(191, LONGEST),
  operation: z.enum(Object.values(ScheduledOperation)),
  backupType: z.enum(Object.values(BackupType)).nullable(),
  cronExpression: z.string().max(191, LONGEST),
  timeZone: z.string(),
  missedRun: z.enum(Object.values(MissedRun)),
  retentionDays: z.int(DAYS).min(1, DAYS).max(LONGEST_RETENTION, DAYS).nullable(),
  compression: z.string().nullable(),
  encryption: z.boolean().nullable(),
  encryptionKeyId: z.int().nullable(),
  includeFiles: z.boolean(),
  includeDatabases: z.boolean(),
  includeTables: tables,
  excludeTables: tables,
  notificationEmail: z.email('is not a mail address').max(255, 'has at most 255 characters').nullable(),
  isActive: z.boolean(),
  fullEvery: z.int(BACKUPS).min(1, BACKUPS).max(LONGEST_CHAIN, BACKUPS).nullable(),
});

/**
 * Checks a schedule before it is saved, and again before it is run, since anybody may have changed the table.
 *
 * @returns its first run after now
 * @throws BackupError `invalid_option` or `unsupported_type`
 */
export function checkSchedule(schedule: ScheduleColumns, now: Date): Date {
  const parsed = columns.safeParse(schedule);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw invalidSetting(path.join('.'), message);
  }
  const next = checkRecurrence(schedule, now);
  if (schedule.storagePath !== null || schedule.remoteStorage !== null) {
    throw storageOfSchedule();
  }
  if (schedule.operation === ScheduledOperation.BACKUP) {
    checkBackup(schedule);
  } else {
    checkOther(schedule);
  }
  return next;
}

/** @returns the first run after now @throws BackupError `invalid_option` */
export function checkRecurrence(recurrence: Recurrence, now: Date): Date {
  const { cronExpression, timeZone } = recurrence;
  if (!isTimeZone(timeZone)) {
    throw unknownTimeZone(timeZone);
  }
  let next: Date | null;
  try {
    next = nextRun(recurrence, now);
  } catch (error) {
    throw invalidExpression(cronExpression, messageOf(error));
  }
  if (next === null) {
    throw neverRuns(cronExpression);
  }
  return next;
}

/** Whether its backups would hold databases, if they were not left out. */
export function leavesDatabasesOut({
  backupType,
  includeDatabases,
}: Pick<ScheduleColumns, 'backupType' | 'includeDatabases'>): boolean {
  return !includeDatabases && holdsAll(backupType);
}

function holdsAll(type: BackupType | null): boolean {
  return type === BackupType.FULL || type === BackupType.INCREMENTAL;
}

function checkBackup(schedule: ScheduleColumns): void {
  const {
    backupType,
    compression,
    includeTables,
    excludeTables,
    encryption,
    encryptionKeyId,
    fullEvery,
    includeFiles,
  } = schedule;
  if (backupType === null) {
    throw invalidSetting('backupType', 'must be given');
  }
  assertSupportedType(backupType);
  if (compression !== null) {
    parseCompression(compression);
  }
  assertSelection({ include: includeTables ?? [], exclude: excludeTables ?? [], noData: [], where: {} });
  if (encryption === false && encryptionKeyId !== null) {
    throw invalidSetting('encryptionKeyId', 'names a key although backups are not to be encrypted');
  }
  if (holdsAll(backupType) && !includeFiles) {
    throw invalidSetting(
      'includeFiles',
      `backups of type ${backupType} hold files; schedule types database and configuration instead`,
    );
  }
  if (backupType === BackupType.DATABASE && !schedule.includeDatabases) {
    throw invalidSetting('includeDatabases', 'backups of type database hold nothing else; schedule type files instead');
  }
  assertOptionsFit(backupType, {
    databases: leavesDatabasesOut(schedule) ? [] : undefined,
    includeTables: includeTables ?? undefined,
    excludeTables: excludeTables ?? undefined,
    fullEvery: fullEvery ?? undefined,
  });
}

function checkOther(schedule: ScheduleColumns): void {
  const { operation, backupType, retentionDays, compression, encryption, encryptionKeyId, includeTables } = schedule;
  const { excludeTables, fullEvery, notificationEmail } = schedule;
  const forBackups = {
    retentionDays,
    compression,
    encryption,
    encryptionKeyId,
    includeTables,
    excludeTables,
    fullEvery,
    notificationEmail,
  };
  const given = Object.entries(forBackups).find(([, value]) => value !== null);
  if (given !== undefined) {
    throw onlyForBackups(given[0], operation);
  }
  if (operation === ScheduledOperation.CLEANUP && backupType !== null) {
    throw onlyForBackups('backupType', operation);
  }
}
