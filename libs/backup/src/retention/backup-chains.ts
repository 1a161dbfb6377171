import type { RetainedBackup } from './retention.types.js';

type Link = Pick<RetainedBackup, 'id' | 'parentId'>;

/** For each backup that kept ones build on, directly or through others: the ids of its kept children, ascending. */
export function neededByKept(backups: readonly Link[], kept: ReadonlySet<number>): Map<number, number[]> {
  const parents = new Map(backups.map(({ id, parentId }) => [id, parentId]));
  const needed = new Map<number, number[]>();
  const waiting = [...kept].sort((a, b) => a - b);
  // grows while it is walked: a needed backup needs its own parent too
  const seen = new Set(waiting);
  for (const id of waiting) {
    const parentId = parents.get(id);
    if (typeof parentId === 'number' && parents.has(parentId)) {
      needed.set(parentId, [...(needed.get(parentId) ?? []), id]);
      if (!seen.has(parentId)) {
        seen.add(parentId);
        waiting.push(parentId);
      }
    }
  }
  return new Map([...needed].map(([id, children]) => [id, children.sort((a, b) => a - b)]));
}

/** Orders backups so that each comes before the one it builds on, and otherwise as they were given. */
export function childrenFirst<T extends Link>(backups: readonly T[]): T[] {
  const byId = new Map(backups.map((backup) => [backup.id, backup]));
  /** How many backups each builds on, itself included. */
  const depths = new Map<number, number>();
  for (const backup of backups) {
    const path = new Set<number>();
    let link: T | undefined = backup;
    while (link !== undefined && !depths.has(link.id) && !path.has(link.id)) {
      path.add(link.id);
      link = link.parentId === null ? undefined : byId.get(link.parentId);
    }
    let depth = link === undefined ? 0 : (depths.get(link.id) ?? 0);
    for (const id of [...path].reverse()) {
      depth += 1;
      depths.set(id, depth);
    }
  }
  return backups.toSorted((a, b) => (depths.get(b.id) ?? 0) - (depths.get(a.id) ?? 0));
}
