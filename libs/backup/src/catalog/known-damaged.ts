import type { BackupHistory } from './entities/backup-history.entity.js';

/** Whether the last verification of a backup failed. One that was never verified is not known to be damaged. */
export function isKnownDamaged({ verified, verifiedAt }: Pick<BackupHistory, 'verified' | 'verifiedAt'>): boolean {
  return !verified && verifiedAt !== null;
}
