import type { RetainedBackup } from './retention.types.js';

type Dated = Pick<RetainedBackup, 'id' | 'createdAt'>;

/** Backups that compete with each other for the counts of a policy. */
export interface BackupGroup {
  readonly scheduleId: number | null;
  /** Newest first. */
  readonly backups: readonly RetainedBackup[];
}

/**
 * Groups by schedule and type. Schedules count by id, so that a renamed one keeps its backups; what was made by hand is
 * a group of its own, so that nobody who may only make backups can push out those of a schedule. And those that lack
 * parts, or leave all databases out, are groups of their own, for none of them can stand in for a whole one.
 */
export function groupBackups(backups: readonly RetainedBackup[]): BackupGroup[] {
  const groups = Map.groupBy(backups.toSorted(newestFirst), ({ scheduleId, type, partial, sources }) =>
    [scheduleId ?? 'by hand', type, partial, sources.length === 0 && type !== 'database'].join('/'),
  );
  return [...groups.values()].map((group) => ({ scheduleId: group[0].scheduleId, backups: group }));
}

/** Of two made at the same time, the one with the higher id is the newer. */
export function newestFirst(a: Dated, b: Dated): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || b.id - a.id;
}
