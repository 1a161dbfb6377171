/** What retention needs to know of a completed backup. */
export interface RetainedBackup {
  readonly id: number;
  readonly type: string;
  readonly scheduleId: number | null;
  readonly createdAt: Date;
  /** The last day it is kept (UTC), `YYYY-MM-DD`; null for ever. */
  readonly expiresAt: string | null;
  readonly verified: boolean;
  readonly pinned: boolean;
  readonly parentId: number | null;
}

export interface RetentionPlan {
  readonly keep: readonly { readonly id: number; readonly reasons: readonly string[] }[];
  readonly delete: readonly number[];
}

/**
 * Decides which completed backups go. A backup stays while any rule keeps it: its retention days, being the newest or
 * the newest verified one of its schedule and type, a pin, or a kept backup that builds on it. The order of the input
 * does not matter.
 */
export function planRetention(backups: readonly RetainedBackup[], now: Date): RetentionPlan {
  const today = now.toISOString().slice(0, 10);
  const newestFirst = backups.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.id - a.id);
  const reasons = new Map<number, string[]>();
  const keep = (id: number, reason: string): void => {
    reasons.set(id, [...(reasons.get(id) ?? []), reason]);
  };
  for (const backup of newestFirst) {
    if (backup.expiresAt === null) {
      keep(backup.id, 'kept for ever');
    } else if (backup.expiresAt >= today) {
      keep(backup.id, `until ${backup.expiresAt}`);
    }
    if (backup.pinned) {
      keep(backup.id, 'pinned');
    }
  }
  for (const group of Map.groupBy(newestFirst, (backup) => `${String(backup.scheduleId)}/${backup.type}`).values()) {
    keep(group[0].id, 'newest');
    const verified = group.find((backup) => backup.verified);
    if (verified !== undefined) {
      keep(verified.id, 'newest verified');
    }
  }
  keepParents(backups, reasons, keep);
  return {
    keep: newestFirst.flatMap(({ id }) => {
      const found = reasons.get(id);
      return found === undefined ? [] : [{ id, reasons: found }];
    }),
    delete: newestFirst.filter(({ id }) => !reasons.has(id)).map(({ id }) => id),
  };
}

/** What a kept backup builds on stays too, and what that builds on. */
function keepParents(
  backups: readonly RetainedBackup[],
  reasons: ReadonlyMap<number, readonly string[]>,
  keep: (id: number, reason: string) => void,
): void {
  const byId = new Map(backups.map((backup) => [backup.id, backup]));
  for (const start of [...reasons.keys()]) {
    let child = byId.get(start);
    while (typeof child?.parentId === 'number' && !reasons.has(child.parentId)) {
      keep(child.parentId, `needed by ${String(child.id)}`);
      child = byId.get(child.parentId);
    }
  }
}
