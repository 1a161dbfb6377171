import { tooManyDeletions } from './retention.errors.js';

/** A cleanup may delete this many without being asked, however few there are. */
const ALWAYS_ALLOWED = 10;
const SHARE_ALLOWED = 0.75;

/**
 * The most backups one cleanup deletes when nothing else is said: three quarters, but ten in any case. More than that is
 * seldom meant: a clock that jumped ahead, a mistyped policy.
 */
export function usualDeletionLimit(total: number): number {
  return Math.max(ALWAYS_ALLOWED, Math.floor(total * SHARE_ALLOWED));
}

/** @throws BackupError `not_confirmed` */
export function assertDeletionLimit(count: number, limit: number, total: number): void {
  if (count > limit) {
    throw tooManyDeletions(count, limit, total);
  }
}
