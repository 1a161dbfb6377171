import type { KeepReasons } from './keep-reasons.js';
import type { RetainedBackup } from './retention.types.js';

/**
 * Keeps the newest backup of a group, the newest that is not known to be damaged, and the newest verified one; and the
 * same of each source, since the newest backup of one database is no substitute for the only one of another.
 *
 * @param past backups not dated in the future, newest first
 */
export function keepNewest(past: readonly RetainedBackup[], reasons: KeepReasons): void {
  const sound = past.filter(({ state }) => state === 'complete');
  const newest = firstOfEach(past.filter(({ state }) => state === 'complete' || state === 'damaged'));
  for (const [what, { id }] of newest) {
    reasons.add(id, `newest${what}`);
  }
  for (const [what, backup] of firstOfEach(sound)) {
    if (newest.get(what) !== backup) {
      reasons.add(backup.id, `newest sound${what}`);
    }
  }
  for (const [what, { id }] of firstOfEach(sound.filter(({ verified }) => verified))) {
    reasons.add(id, `newest verified${what}`);
  }
}

/** The first backup at all, and the first of each source where that is another one; by how a reason names it. */
function firstOfEach(backups: readonly RetainedBackup[]): Map<string, RetainedBackup> {
  const firsts = new Map<string, RetainedBackup>();
  for (const backup of backups) {
    const names = firsts.size === 0 ? ['', ...backup.sources] : backup.sources;
    for (const name of names) {
      const what = name === '' ? '' : ` of ${name}`;
      if (!firsts.has(what)) {
        firsts.set(what, backup);
      }
    }
  }
  const newest = firsts.get('');
  return new Map([...firsts].filter(([what, backup]) => what === '' || backup !== newest));
}
