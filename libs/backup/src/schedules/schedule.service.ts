import { Injectable } from '@nestjs/common';
import { MissedRun, ScheduledOperation } from '../catalog/catalog.types.js';
import { systemClock } from '../catalog/clock.js';
import type { BackupSchedule } from '../catalog/entities/backup-schedule.entity.js';
import { BackupScheduleRepository, recurrenceText } from '../catalog/repositories/backup-schedule.repository.js';
import { EncryptionKeyService } from '../operations/encryption-keys.js';
import { checkSchedule, type ScheduleColumns } from './check-schedule.js';
import { invalidSetting, scheduleUnknown } from './schedule.errors.js';

/** What a schedule can be told. Null takes a setting back to its default; of what has none, it is refused. */
export interface ScheduleSettings {
  /** At most 191 characters. */
  readonly name: string;
  /** Five fields (minute, hour, day, month, weekday), six with seconds first, or `@daily` and the like. */
  readonly cronExpression: string;
  /** `backup`, `verify` (one backup a run: the newest that was never verified, or the one whose verification is oldest) or `cleanup`. Default: `backup`. */
  readonly operation?: ScheduledOperation | null;
  /** What to back up, or which backups to verify, by default all. Needed for a backup. */
  readonly backupType?: BackupSchedule['backupType'];
  /** IANA name of the time zone that the expression is in. Default: `UTC`. */
  readonly timeZone?: string | null;
  /** What becomes of a run that was missed while no application was up. Default: `run_once`. */
  readonly missedRun?: MissedRun | null;
  /** Days to keep its backups. Default: the `retention.days` of the module. */
  readonly retentionDays?: number | null;
  /** `zstd:1`, `gzip:6`, `none`. Default: the module's. */
  readonly compression?: string | null;
  /** Default: encrypted when the module's options name a key or a passphrase. */
  readonly encryption?: boolean | null;
  /** Id or label of the key to encrypt to. Default: the module's. */
  readonly encryptionKey?: number | string | null;
  /** Only these tables: names, or patterns with `*` and `?`. Default: all. */
  readonly includeTables?: readonly string[] | null;
  /** Not these. Default: none. */
  readonly excludeTables?: readonly string[] | null;
  /** Default: true. */
  readonly includeFiles?: boolean | null;
  /** False: full and incremental backups of files and configuration alone. Default: true. */
  readonly includeDatabases?: boolean | null;
  /** Of incremental backups: every so manieth of a chain is a full one. Default: the module's. */
  readonly fullEvery?: number | null;
  /** Who is told of its backups as well: when one fails, or its verification does, and when the next succeeds. */
  readonly notificationEmail?: string | null;
  /** Whether it runs at all. Default: true. */
  readonly isActive?: boolean | null;
}

const DEFAULTS: Omit<ScheduleColumns, 'name' | 'cronExpression'> = {
  operation: ScheduledOperation.BACKUP,
  backupType: null,
  timeZone: 'UTC',
  missedRun: MissedRun.RUN_ONCE,
  retentionDays: null,
  compression: null,
  encryption: null,
  encryptionKeyId: null,
  includeFiles: true,
  includeDatabases: true,
  includeTables: null,
  excludeTables: null,
  storagePath: null,
  remoteStorage: null,
  notificationEmail: null,
  isActive: true,
  fullEvery: null,
};

const SETTINGS: ReadonlySet<string> = new Set(['name', 'cronExpression', ...Object.keys(DEFAULTS)]);

/** Saves schedules, after checking them. */
@Injectable()
export class ScheduleService {
  constructor(
    private readonly schedules: BackupScheduleRepository,
    private readonly keys: EncryptionKeyService,
  ) {}

  /** @throws BackupError `invalid_option`, `unsupported_type`, `not_found` or `key_retired` */
  async create(settings: ScheduleSettings, now = systemClock): Promise<BackupSchedule> {
    const columns = { ...DEFAULTS, ...(await this.columnsOf(settings)) } as ScheduleColumns;
    const next = checkSchedule(columns, now());
    const id = await this.schedules.insert({ ...columns, ...planOf(columns, next) }, now);
    return this.find(id);
  }

  /** @throws BackupError `not_found`, or as {@link create} */
  async update(id: number, changes: Partial<ScheduleSettings>, now = systemClock): Promise<BackupSchedule> {
    const current = await this.find(id);
    const patch = await this.columnsOf(changes);
    const changed = Object.assign({}, current, patch);
    const next = checkSchedule(changed, now());
    const isPlannedAnew =
      changed.isActive !== current.isActive ||
      changed.cronExpression !== current.cronExpression ||
      changed.timeZone !== current.timeZone;
    const isResumed = changed.isActive && !current.isActive;
    const isMended = !isSound(current, now());
    await this.schedules.update(
      id,
      { ...patch, ...(isPlannedAnew && planOf(changed, next)), ...((isResumed || isMended) && { lastError: null }) },
      now,
    );
    return this.find(id);
  }

  /** Its backups stay. @throws BackupError `not_found` */
  async remove(id: number): Promise<void> {
    if (!(await this.schedules.remove(id))) {
      throw scheduleUnknown(id);
    }
  }

  /** All of them, oldest first. */
  list(): Promise<BackupSchedule[]> {
    return this.schedules.list();
  }

  /** @throws BackupError `not_found` */
  async find(id: number): Promise<BackupSchedule> {
    const schedule = await this.schedules.findById(id);
    if (schedule === null) {
      throw scheduleUnknown(id);
    }
    return schedule;
  }

  private async columnsOf(settings: Partial<ScheduleSettings>): Promise<Partial<ScheduleColumns>> {
    const { encryptionKey, ...rest } = settings;
    const defaults: Readonly<Record<string, unknown>> = DEFAULTS;
    const given: Partial<ScheduleColumns> = Object.fromEntries(
      Object.entries<unknown>(rest)
        .filter(([, value]) => value !== undefined)
        .map(([setting, value]) => [setting, value ?? defaults[setting] ?? null]),
    );
    const unknown = Object.keys(given).find((setting) => !SETTINGS.has(setting));
    if (unknown !== undefined) {
      throw invalidSetting(unknown, 'there is no such setting');
    }
    if (encryptionKey === undefined) {
      return given;
    }
    const encryptionKeyId = encryptionKey === null ? null : (await this.keys.findActive(encryptionKey)).id;
    return { ...given, encryptionKeyId };
  }
}

/** Whether a row can be run, which somebody may have written by hand. */
function isSound(schedule: ScheduleColumns, now: Date): boolean {
  try {
    checkSchedule(schedule, now);
    return true;
  } catch {
    return false;
  }
}

/** When a schedule is due that was saved just now: a paused one is not. */
function planOf(
  schedule: Pick<ScheduleColumns, 'cronExpression' | 'timeZone' | 'isActive'>,
  next: Date,
): Pick<BackupSchedule, 'nextRunAt' | 'nextRunOf'> {
  return { nextRunAt: schedule.isActive ? next : null, nextRunOf: recurrenceText(schedule) };
}
