import { BackupCourse } from './entities/backup-course.entity.js';
import { BackupEncryptionKey } from './entities/backup-encryption-key.entity.js';
import { BackupHistory } from './entities/backup-history.entity.js';
import { BackupIdempotency } from './entities/backup-idempotency.entity.js';
import { BackupLog } from './entities/backup-log.entity.js';
import { BackupNotification } from './entities/backup-notification.entity.js';
import { BackupOperation } from './entities/backup-operation.entity.js';
import { BackupRestoreLog } from './entities/backup-restore-log.entity.js';
import { BackupSchedule } from './entities/backup-schedule.entity.js';

/** The entities of the catalog, for a data source's `entities`. */
export const BACKUP_ENTITIES = [
  BackupHistory,
  BackupSchedule,
  BackupRestoreLog,
  BackupOperation,
  BackupCourse,
  BackupLog,
  BackupEncryptionKey,
  BackupNotification,
  BackupIdempotency,
];
