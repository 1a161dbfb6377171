import { Option } from 'nest-commander';
import type { BackupSchedule } from '../catalog/entities/backup-schedule.entity.js';
import { BackupType, MissedRun, ScheduledOperation } from '../catalog/catalog.types.js';
import type { ScheduleSettings } from '../schedules/schedule.service.js';
import { collect, oneOf, parseBackupCount, parseDays } from './arguments.js';

/** What a schedule does: make a backup of a type, or one of the others. */
type ScheduledType = BackupType | Exclude<ScheduledOperation, 'backup'>;

const TYPES: readonly ScheduledType[] = [
  ...Object.values(BackupType),
  ScheduledOperation.VERIFY,
  ScheduledOperation.CLEANUP,
];

export interface ScheduleOptions {
  readonly name?: string;
  readonly type?: ScheduledType;
  readonly cron?: string;
  readonly timeZone?: string;
  readonly missed?: MissedRun;
  readonly retentionDays?: number;
  readonly compression?: string;
  readonly encrypt?: boolean;
  readonly key?: string;
  readonly includeTable?: string[];
  readonly excludeTable?: string[];
  readonly fullEvery?: number;
  readonly email?: string;
}

/** For commands that save a schedule. */
export class ScheduleFlags {
  @Option({ flags: '--name <name>', description: 'what to call it' })
  parseName(text: string): string {
    return text;
  }

  @Option({
    flags: '--type <type>',
    description: 'what to do: a type of backup, such as database, or verify or cleanup',
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
    description: 'a run missed while no application is up: run_once (default) or skip',
  })
  parseMissed(text: string): MissedRun {
    return oneOf(text, Object.values(MissedRun), 'a way with missed runs');
  }

  @Option({ flags: '--retention-days <n>', description: 'delete its backups after this many days' })
  parseRetentionDays(text: string): number {
    return parseDays(text);
  }

  @Option({ flags: '--compression <method>', description: 'zstd:1 to zstd:19, gzip:1 to gzip:9, or none' })
  parseCompression(text: string): string {
    return text;
  }

  @Option({ flags: '--encrypt', description: 'encrypt its backups, to the only key there is unless --key names one' })
  parseEncrypt(): boolean {
    return true;
  }

  @Option({ flags: '--no-encrypt', description: 'do not encrypt them, although the application usually does' })
  parseNoEncrypt(): boolean {
    return false;
  }

  @Option({ flags: '--key <key>', description: 'encrypt them to this key: id or label, see backup:key list' })
  parseKey(text: string): string {
    return text;
  }

  @Option({
    flags: '--include-table <pattern>',
    description: 'only this table, or log_*, or shop.*; may be given several times',
  })
  parseIncludeTable(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }

  @Option({ flags: '--exclude-table <pattern>', description: 'not this table; may be given several times' })
  parseExcludeTable(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }

  @Option({ flags: '--full-every <n>', description: 'of incremental backups: start a new chain after this many' })
  parseFullEvery(text: string): number {
    return parseBackupCount(text);
  }

  @Option({ flags: '--email <address>', description: 'who is told about its runs' })
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
