import type { BackupModuleOptions } from '@app/backup';
import type { Environment } from '../environment.js';

/** Where backups go unless BACKUP_STORAGE_URL says otherwise; the folder has to exist. */
const DEFAULT_STORAGE = 'file:///var/backups/host';

/** Two weeks of days, two months of weeks, a year of months; and the last three in any case. */
const RETENTION = { keepLast: 3, daily: 14, weekly: 8, monthly: 12 } as const;

export function backupOptions(environment: Environment): BackupModuleOptions {
  return {
    storage: environment.storageUrl ?? DEFAULT_STORAGE,
    databases: environment.databases,
    retention: RETENTION,
    encryption: {
      key: keyOf(environment.encryptionKey),
      identities: environment.identityFile === undefined ? undefined : { file: environment.identityFile },
    },
  };
}

/** Recipients can be several; an id or a label is one. */
function keyOf(words: readonly string[]): string | readonly string[] | undefined {
  const [first, ...more] = words as readonly (string | undefined)[];
  return more.length === 0 ? first : words;
}
