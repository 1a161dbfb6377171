import { BackupType } from '../catalog/catalog.types.js';
import { formatBytes, formatTime } from '../format.js';
import type { AlertRules } from './alert-rules.js';
import type { GoodBackup, GroupFacts, HealthFacts } from './health-facts.js';

export type AlertKind =
  | 'backup_overdue'
  | 'size_dropped'
  | 'size_grew'
  | 'verification_failed'
  | 'storage_unusable'
  | 'storage_nearly_full'
  | 'drill_overdue';

/** Something about the backups that somebody should look at. */
export interface Alert {
  readonly kind: AlertKind;
  /** An error means that there may be no backup to restore. */
  readonly severity: 'warning' | 'error';
  /** What it is about, the same as long as it lasts: `schedule 3`, `database shop`, `backup 12`. */
  readonly subject: string;
  /** One line: what is wrong. */
  readonly message: string;
  /** One line: what to do. */
  readonly cure: string;
}

const HOUR = 3_600_000;
/** Where nobody says how often backups are to be made: once a day, with two hours to spare. */
const USUAL_AGE_HOURS = 26;
/** Fewer backups do not show what is usual. */
const LEAST_FOR_USUAL = 3;
/** Older ones show what was usual once. */
const MOST_FOR_USUAL = 5;
/** What a database may be part of. */
const HOLD_DATABASES: ReadonlySet<BackupType> = new Set([BackupType.FULL, BackupType.DATABASE, BackupType.INCREMENTAL]);
/** Sizes below this change by any factor without a reason to worry. */
const SMALL = 1024 * 1024;

/** What is wrong with the backups, by rules: errors first. */
export function evaluateAlerts(facts: HealthFacts, rules: AlertRules, now: Date): Alert[] {
  const alerts = [
    ...facts.groups.flatMap((group) => lateSchedule(group, rules, now)),
    ...oldTypes(facts, rules, now),
    ...oldSources(facts, rules, now),
    ...facts.unsound.map(unsound),
    ...facts.groups.flatMap((group) => strangeSize(group, rules)),
    ...troubledStorage(facts, rules),
    ...overdueDrill(facts, rules, now),
  ];
  return alerts.sort((one, other) => compare(sortKey(one), sortKey(other)));
}

function isOlder(time: Date, hours: number, now: Date): boolean {
  return now.getTime() - time.getTime() > hours * HOUR;
}

function sortKey({ severity, kind, subject }: Alert): string {
  return `${severity} ${kind} ${subject}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function lateSchedule(
  { schedule, good, failedAt, failure, runningSince }: GroupFacts,
  rules: AlertRules,
  now: Date,
): Alert[] {
  const { graceHours } = rules;
  const dueAt = schedule?.dueAt ?? null;
  if (schedule === null || dueAt === null || graceHours === null || !isOlder(dueAt, graceHours, now)) {
    return [];
  }
  const newest = good.at(0);
  if ((newest !== undefined && newest.createdAt >= dueAt) || (runningSince !== null && runningSince >= dueAt)) {
    return [];
  }
  const hasFailed = failedAt !== null && failedAt >= dueAt;
  const why = hasFailed && failure !== null ? ` The last try failed: ${failure}` : '';
  const last = newest === undefined ? 'it has never made one' : `its newest is of ${formatTime(newest.createdAt)}`;
  return [
    overdue(
      `schedule ${String(schedule.id)}`,
      `Schedule ${String(schedule.id)} (${schedule.name}) was due at ${formatTime(dueAt)} UTC and has made no good backup since: ${last}.${why}`,
      hasFailed
        ? 'See why with backup:list --status=failed and backup:show.'
        : 'See that the application runs, and that schedules are not switched off in it.',
    ),
  ];
}

function oldTypes({ groups }: HealthFacts, { maxAgeHoursByType }: AlertRules, now: Date): Alert[] {
  return Object.values(BackupType).flatMap((type) => {
    const ofType = groups.filter((group) => group.type === type);
    const newest = ofType
      .flatMap(({ good }) => good.slice(0, 1))
      .reduce<Date | null>(
        (latest, { createdAt }) => (latest === null || createdAt > latest ? createdAt : latest),
        null,
      );
    return tooOld(`type ${type}`, `backup of type ${type}`, newest, maxAgeHoursByType[type] ?? null, now, type, ofType);
  });
}

function oldSources({ sources, groups }: HealthFacts, rules: AlertRules, now: Date): Alert[] {
  const hours = maxAgeOfSources(
    rules,
    groups.some(({ schedule }) => schedule !== null),
  );
  const ofDatabases = groups.filter(({ type }) => HOLD_DATABASES.has(type));
  return sources.flatMap(({ name, newestGood }) =>
    tooOld(
      `database ${name}`,
      `whole backup of database ${name}`,
      newestGood,
      hours,
      now,
      BackupType.DATABASE,
      ofDatabases,
    ),
  );
}

/** Hours after which the newest good backup of a database is too old; null: that is not asked. */
export function maxAgeOfSources({ maxAgeHours }: AlertRules, isScheduled: boolean): number | null {
  if (maxAgeHours !== undefined) {
    return maxAgeHours;
  }
  return isScheduled ? null : USUAL_AGE_HOURS;
}

function tooOld(
  subject: string,
  what: string,
  newest: Date | null,
  hours: number | null,
  now: Date,
  type: BackupType,
  makers: readonly GroupFacts[],
): Alert[] {
  if (hours === null || (newest !== null && !isOlder(newest, hours, now))) {
    return [];
  }
  return [
    overdue(
      subject,
      `There is no good ${what} from the last ${String(hours)} hours.${lastFailure(makers, newest)}`,
      `Make one with backup:create --type=${type}, and see in backup:list why none was made.`,
    ),
  ];
}

/** Why the newest of them failed that no good backup has followed: a sentence, or nothing. */
function lastFailure(groups: readonly GroupFacts[], newestGood: Date | null): string {
  const failed = groups.flatMap(({ failedAt, failure }) =>
    failedAt === null || failure === null || (newestGood !== null && failedAt < newestGood)
      ? []
      : [{ failedAt, failure }],
  );
  const newest = failed.toSorted((one, other) => Number(other.failedAt) - Number(one.failedAt)).at(0);
  return newest === undefined ? '' : ` The last try failed: ${newest.failure}`;
}

function overdue(subject: string, message: string, cure: string): Alert {
  return { kind: 'backup_overdue', severity: 'error', subject, message, cure };
}

function unsound({ id, backupName, verifiedAt }: HealthFacts['unsound'][number]): Alert {
  return {
    kind: 'verification_failed',
    severity: 'error',
    subject: `backup ${String(id)}`,
    message: `Backup ${String(id)} (${backupName}) failed its verification at ${formatTime(verifiedAt)} UTC.`,
    cure: `See what is wrong with backup:verify --id=${String(id)}; make a new backup, then delete this one.`,
  };
}

function strangeSize({ type, schedule, good }: GroupFacts, rules: AlertRules): Alert[] {
  const [newest, ...earlier] = good.filter(hasSize);
  const before = earlier.filter(({ selection }) => selection === newest.selection).slice(0, MOST_FOR_USUAL);
  if (before.length < LEAST_FOR_USUAL) {
    return [];
  }
  const usual = median(before.map(({ logicalSize }) => logicalSize));
  const size = newest.logicalSize;
  if (Math.max(usual, size) < SMALL) {
    return [];
  }
  const maker = schedule === null ? type : `${type}, schedule ${schedule.name}`;
  const alert = (kind: AlertKind, comparison: string, cure: string): Alert => ({
    kind,
    severity: 'warning',
    subject: `backup ${String(newest.id)}`,
    message: `Backup ${String(newest.id)} (${maker}) holds ${formatBytes(size)}, ${comparison} than the ${formatBytes(usual)} that those of the same before it held.`,
    cure,
  });
  const { sizeDropFactor: drop, sizeGrowthFactor: growth } = rules;
  if (drop !== null && size * drop < usual) {
    return [alert('size_dropped', 'much less', 'See with backup:preview whether rows or tables were lost.')];
  }
  if (growth !== null && size > usual * growth) {
    return [alert('size_grew', 'much more', 'See what has grown, and whether the storage has room for it.')];
  }
  return [];
}

function troubledStorage({ storage }: HealthFacts, { maxStorageUsed }: AlertRules): Alert[] {
  if (!storage.usable) {
    const { reason } = storage;
    const cure = 'See what backup:doctor says of the storage.';
    return [{ kind: 'storage_unusable', severity: 'error', subject: 'storage', message: reason, cure }];
  }
  const { room } = storage;
  if (room === null || room.totalBytes === 0 || maxStorageUsed === null) {
    return [];
  }
  const used = 1 - room.freeBytes / room.totalBytes;
  if (used <= maxStorageUsed) {
    return [];
  }
  return [
    {
      kind: 'storage_nearly_full',
      severity: 'warning',
      subject: 'storage',
      message: `The storage is ${String(Math.floor(used * 100))}% full: ${formatBytes(room.freeBytes)} of ${formatBytes(room.totalBytes)} are free.`,
      cure: 'Make room there, or keep fewer backups: see backup:cleanup --dry-run.',
    },
  ];
}

function overdueDrill({ drill, oldestBackup }: HealthFacts, { drillDays }: AlertRules, now: Date): Alert[] {
  const since = drill.lastAt ?? oldestBackup;
  if (drillDays === null || since === null || !isOlder(since, drillDays * 24, now)) {
    return [];
  }
  const last =
    drill.lastAt === null
      ? 'No backup was ever restored as a drill.'
      : `The last restore drill was at ${formatTime(drill.lastAt)} UTC.`;
  return [
    {
      kind: 'drill_overdue',
      severity: 'warning',
      subject: 'drill',
      message: `${last} One is due every ${String(drillDays)} days.`,
      cure: 'Run backup:verify --level=drill on the newest backup.',
    },
  ];
}

type SizedBackup = GoodBackup & { readonly logicalSize: number };

function hasSize(backup: GoodBackup): backup is SizedBackup {
  return backup.logicalSize !== null;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
