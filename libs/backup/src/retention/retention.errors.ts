import { BackupError } from '../errors/backup.error.js';

export function tooManyDeletions(count: number, limit: number, total: number): BackupError {
  return new BackupError(
    'not_confirmed',
    `This would delete ${String(count)} of ${String(total)} backups, more than the ${String(limit)} allowed at once, so nothing was deleted: see backup:cleanup --dry-run, and if that is right, add --max-delete=${String(count)}.`,
  );
}
