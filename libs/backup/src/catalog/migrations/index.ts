import { CreateBackupSchedule } from './1-create-backup-schedule.js';
import { CreateBackupHistory } from './2-create-backup-history.js';
import { CreateBackupRestoreLog } from './3-create-backup-restore-log.js';
import { CreateBackupControllers } from './4-create-backup-controllers.js';
import { CreateBackupCourses } from './5-create-backup-courses.js';
import { CreateBackupLogs } from './6-create-backup-logs.js';
import { CreateBackupEncryptionKey } from './7-create-backup-encryption-key.js';
import { CreateBackupNotification } from './8-create-backup-notification.js';
import { CreateBackupIdempotency } from './9-create-backup-idempotency.js';

/**
 * The migrations of the catalog, for a data source's `migrations`. Each makes one table and does nothing where the table
 * exists: a restore may bring back an older `migrations` table of the host, while it leaves the catalog alone.
 */
export const backupMigrations = [
  CreateBackupSchedule,
  CreateBackupHistory,
  CreateBackupRestoreLog,
  CreateBackupControllers,
  CreateBackupCourses,
  CreateBackupLogs,
  CreateBackupEncryptionKey,
  CreateBackupNotification,
  CreateBackupIdempotency,
];
