import type { BackupSchedule } from '../catalog/entities/backup-schedule.entity.js';
import { messageOf } from '../errors/backup.error.js';
import { checkRecurrence, leavesDatabasesOut } from '../schedules/check-schedule.js';
import { expandNickname, nextRun, nextRuns } from '../schedules/next-run.js';
import { formatTime } from '../format.js';
import { scheduledType } from './schedule-flags.js';
import { renderPairs } from './terminal/table.js';

/** How many runs a schedule is shown with. */
const SHOWN_RUNS = 5;

/** A schedule as the commands show it. */
export interface ShownSchedule extends BackupSchedule {
  /** The cron expression in words. */
  readonly inWords: string;
  /** The next runs; none while it is paused. */
  readonly nextRuns: readonly Date[];
}

export async function showSchedule(schedule: BackupSchedule, now: Date): Promise<ShownSchedule> {
  const inWords = await expressionInWords(schedule.cronExpression, now);
  try {
    checkRecurrence(schedule, now);
  } catch (error) {
    // what it is switched off with, by the next one that looks at it
    return Object.assign(schedule, { inWords, nextRuns: [], lastError: messageOf(error) });
  }
  return Object.assign(schedule, { inWords, nextRuns: schedule.isActive ? nextRuns(schedule, now, SHOWN_RUNS) : [] });
}

async function expressionInWords(cronExpression: string, now: Date): Promise<string> {
  const { default: cronstrue } = await import('cronstrue');
  try {
    // what it refuses is none, whatever words there are for it
    nextRun({ cronExpression, timeZone: 'UTC' }, now);
    return cronstrue.toString(expandNickname(cronExpression), { use24HourTimeFormat: true, verbose: true });
  } catch {
    return 'no cron expression';
  }
}

/** A schedule and its next runs, on the clocks of its time zone. */
export function scheduleDetails(schedule: ShownSchedule): string {
  const { timeZone, nextRuns: runs } = schedule;
  return renderPairs([
    ['id', String(schedule.id)],
    ['name', schedule.name],
    ['type', scheduledType(schedule)],
    ['cron', `${schedule.cronExpression} (${schedule.inWords})`],
    ['time zone', timeZone],
    ['active', schedule.isActive ? 'yes' : 'no'],
    ['missed runs', schedule.missedRun === 'skip' ? 'skipped' : 'run once'],
    ['kept for', schedule.retentionDays === null ? '' : `${String(schedule.retentionDays)} days`],
    ['compression', schedule.compression ?? ''],
    ['encrypted', encryptionText(schedule)],
    ['only', (schedule.includeTables ?? []).join(', ')],
    ['without', (schedule.excludeTables ?? []).join(', ')],
    ['databases', leavesDatabasesOut(schedule) ? 'left out' : ''],
    ['full every', schedule.fullEvery === null ? '' : `${String(schedule.fullEvery)} backups`],
    ['mail to', schedule.notificationEmail ?? ''],
    ['last run', schedule.lastRunAt === null ? '' : `${formatTime(schedule.lastRunAt)} UTC`],
    ['last error', schedule.lastError ?? ''],
    ...runs.map((run, index) => [index === 0 ? 'next runs' : '', localTime(run, timeZone)] as const),
  ]);
}

/** `2026-11-23 03:30:00 GMT+1`; without an offset for UTC itself. */
export function localTime(time: Date, timeZone: string): string {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(time);
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(time);
  const zone = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return `${clock} ${/^GMT(?:\+0)?$/.test(zone) ? 'UTC' : zone}`;
}

function encryptionText({ encryption, encryptionKeyId }: BackupSchedule): string {
  if (encryption === null) {
    return '';
  }
  const key = encryptionKeyId === null ? '' : `, to key ${String(encryptionKeyId)}`;
  return encryption ? `yes${key}` : 'no';
}
