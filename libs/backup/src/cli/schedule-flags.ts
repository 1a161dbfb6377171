import { Option } from 'nest-commander';
import type { BackupSchedule } from '../catalog/entities/backup-schedule.entity.js';
import { type BackupType, MissedRun, ScheduledOperation } from '../catalog/catalog.types.js';
import type { ScheduleSettings } from '../schedules/schedule.service.js';
import { BACKUP_TYPES, oneOf } from './arguments.js';
import type { BackupFlagOptions } from './backup-flags.js';

/** What a schedule does: make a backup of a type, or one of the others. */
type ScheduledType = BackupType | Exclude<ScheduledOperation, 'backup'>;

const TYPES: readonly ScheduledType[] = [...BACKUP_TYPES, ScheduledOperation.VERIFY, ScheduledOperation.CLEANUP];

export interface ScheduleOptions extends BackupFlagOptions {
  readonly name?: string;
  readonly type?: ScheduledType;
  readonly cron?: string;
  readonly timeZone?: string;
  readonly missed?: MissedRun;
  readonly email?: string;
  /** False: `--no-database`. */
  readonly database?: boolean;
}

/** For commands that save a schedule, besides {@link BackupFlags}. */
export class ScheduleFlags {
  @Option({ flags: '--name <name>', description: 'what to call it' })
  parseName(text: string): string {
    return text;
  }

  @Option({
    flags: '--type <type>',
    description: 'what to do: make a backup of a type, verify the newest one, or clean up',
    choices: [...TYPES],
  })
  parseType(text: string): ScheduledType {
    return oneOf(text, TYPES, 'something that can be scheduled');
  }

  @Option({
    flags: '--cron <expression>',
    description: "minute, hour, day, month and weekday, such as '30 3 * * *'; with seconds before them if need be",
  })
  parseCron(text: string): string {
    return text;
  }

  @Option({ flags: '--time-zone <zone>', description: 'the time zone of --cron, such as Europe/Berlin (default: UTC)' })
  parseTimeZone(text: string): string {
    return text;
  }

  @Option({
    flags: '--missed <what>',
    description: 'what becomes of a run missed while no application is up (default: run_once)',
    choices: Object.values(MissedRun),
  })
  parseMissed(text: string): MissedRun {
    return oneOf(text, Object.values(MissedRun), 'a way with missed runs');
  }

  @Option({ flags: '--no-database', description: 'only files and configuration, of type full or incremental' })
  parseNoDatabase(): boolean {
    return false;
  }

  @Option({ flags: '--email <address>', description: 'who is told as well when a backup of it fails' })
  parseEmail(text: string): string {
    return text;
  }
}

/** The settings that were given, under the names of the service. */
export function scheduleSettings(options: ScheduleOptions): Partial<ScheduleSettings> {
  const settings = {
    name: options.name,
    ...(options.type !== undefined && workOf(options.type)),
    cronExpression: options.cron,
    timeZone: options.timeZone,
    missedRun: options.missed,
    retentionDays: options.retentionDays,
    compression: options.compression,
    encryption: options.encrypt ?? (options.key === undefined ? undefined : true),
    encryptionKey: options.key,
    includeTables: options.includeTable,
    excludeTables: options.excludeTable,
    // without the flag it is true, which is not said
    includeDatabases: options.database === false ? false : undefined,
    fullEvery: options.fullEvery,
    notificationEmail: options.email,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** What a schedule does, in the word that `--type` takes. */
export function scheduledType({ operation, backupType }: BackupSchedule): string {
  const type = backupType ?? '';
  return operation === ScheduledOperation.BACKUP ? type : `${operation} ${type}`.trimEnd();
}

function workOf(type: ScheduledType): Pick<ScheduleSettings, 'operation' | 'backupType'> {
  return type === ScheduledOperation.VERIFY || type === ScheduledOperation.CLEANUP
    ? { operation: type, backupType: null }
    : { operation: ScheduledOperation.BACKUP, backupType: type };
}
