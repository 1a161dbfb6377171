import type { BackupStorage, StorageDriver } from '../storage/backup-storage.js';
import { openStorage, parseStorage } from '../storage/open-storage.js';

/** A driver as backups use it: keys are checked before it sees them, its errors become `BackupError`s. @throws BackupError `invalid_option` */
export function openStorageDriver(driver: StorageDriver): BackupStorage {
  return openStorage(parseStorage(driver));
}
