import type { Alert } from '../health/evaluate-alerts.js';
import type { HealthReport } from '../health/backup-health.js';
import type { BackupCompletedEvent, BackupEvent } from '../events/backup-events.js';
import { formatBytes, formatDuration, formatTime } from '../format.js';

/** Something to tell people. */
export interface Notice {
  /** One line. */
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** Names and values. */
  readonly facts: readonly (readonly [string, string])[];
}

/**
 * @param what failed: `Backup 12 (database)`
 * @param more failures of its kind, which were not told of
 */
export function failureNotice(
  application: string,
  what: string,
  event: { readonly code: string; readonly message: string },
  at: Date,
  more: number,
): Notice {
  const others = more === 1 ? 'Another one of its kind has' : `${String(more)} others of its kind have`;
  return {
    title: `${application}: ${what} failed`,
    paragraphs: [event.message, ...(more === 0 ? [] : [`${others} failed since the mail before.`])],
    facts: [
      ['code', event.code],
      ['time (UTC)', formatTime(at)],
    ],
  };
}

export function recoveryNotice(application: string, event: BackupCompletedEvent, at: Date): Notice {
  return {
    title: `${application}: ${describeBackup(event)} succeeded again`,
    paragraphs: ['The backup before this one had failed.'],
    facts: [
      ['name', event.backupName],
      ['size', `${formatBytes(event.fileSize)} of ${formatBytes(event.logicalSize)}`],
      ['took', formatDuration(event.durationSeconds)],
      ['time (UTC)', formatTime(at)],
    ],
  };
}

export function unhealthyNotice(application: string, alerts: readonly Alert[]): Notice {
  return {
    title: `${application}: ${alerts.length === 1 ? alerts[0].message : `${String(alerts.length)} things are wrong with the backups`}`,
    paragraphs: alerts.map(({ message, cure }) => `${message} ${cure}`),
    facts: [],
  };
}

export function digestNotice(application: string, { facts, alerts, checkedAt }: HealthReport): Notice {
  const groups = facts.groups.map(({ type, schedule, good }): readonly [string, string] => {
    const newest = good.at(0);
    return [
      schedule === null ? type : `${type}, ${schedule.name}`,
      newest === undefined
        ? 'no good backup'
        : `backup ${String(newest.id)} of ${formatTime(newest.createdAt)} UTC, ${formatBytes(newest.fileSize)}`,
    ];
  });
  return {
    title: `${application}: backups ${alerts.length === 0 ? 'are well' : 'need a look'}`,
    paragraphs: [
      ...(alerts.length === 0 ? ['Nothing is wrong with the backups.'] : []),
      ...alerts.map(({ message, cure }) => `${message} ${cure}`),
    ],
    facts: [...groups, ['in storage', formatBytes(facts.storedBytes)], ['time (UTC)', formatTime(checkedAt)]],
  };
}

export function describeBackup({ id, backupType }: BackupEvent): string {
  return `Backup ${String(id)} (${backupType})`;
}
