import type { BackupModuleOptions } from '@app/backup';
import type { Environment } from '../environment.js';

/** Where backups go unless BACKUP_STORAGE_URL says otherwise; the folder has to exist. */
const DEFAULT_STORAGE = 'file:///var/backups/host';

export function backupOptions(environment: Environment): BackupModuleOptions {
  return { storage: environment.storageUrl ?? DEFAULT_STORAGE, databases: environment.databases };
}
