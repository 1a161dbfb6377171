import type { BackupSchedule } from '../catalog/entities/backup-schedule.entity.js';
import { BackupError } from '../errors/backup.error.js';
import { OptionError } from '../errors/option.error.js';
import { printable } from '../printable.js';

export function scheduleUnknown(id: number): BackupError {
  return new BackupError('not_found', `There is no schedule ${String(id)}: see backup:schedule list.`);
}

export function invalidSetting(setting: string, problem: string): BackupError {
  return new OptionError(
    'invalid_option',
    setting,
    (name) => `The settings of the schedule are not right: ${name}: ${problem}.`,
  );
}

export function invalidExpression(expression: string, reason: string): BackupError {
  return new BackupError(
    'invalid_option',
    `${JSON.stringify(expression)} is not a cron expression (${reason}): write minute, hour, day, month and weekday, such as "30 3 * * *" for half past three each night, with seconds before them if need be.`,
  );
}

export function neverRuns(expression: string): BackupError {
  return new BackupError(
    'invalid_option',
    `${JSON.stringify(expression)} has no run in the next eight years: check its day and month.`,
  );
}

export function unknownTimeZone(timeZone: string): BackupError {
  return new BackupError(
    'invalid_option',
    `There is no time zone ${JSON.stringify(timeZone)}: use a name such as Europe/Berlin or UTC.`,
  );
}

export function storageOfSchedule(): BackupError {
  return new BackupError(
    'invalid_option',
    'storage_path and remote_storage of a schedule are not supported by this release: its backups go to the storage of the module; set both to NULL.',
  );
}

export function onlyForBackups(setting: string, operation: string): BackupError {
  return new OptionError(
    'invalid_option',
    setting,
    (name) => `${name} is for schedules of backups, not of ${operation}: leave it out.`,
  );
}

/** A schedule as messages name it. */
export function describeSchedule({ id, name }: Pick<BackupSchedule, 'id' | 'name'>): string {
  return `Schedule ${String(id)} (${printable(name)})`;
}
