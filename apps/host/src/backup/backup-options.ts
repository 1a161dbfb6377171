import type { BackupModuleOptions, FileRootOptions, NotificationOptions, QueueOptions } from '@app/backup';
import { basename, resolve } from 'node:path';
import type { Environment } from '../environment.js';

/** Where backups go unless BACKUP_STORAGE_URL says otherwise; the folder has to exist. */
const DEFAULT_STORAGE = 'file:///var/backups/host';

/** Two weeks of days, two months of weeks, a year of months; and the last three in any case. */
const RETENTION = { keepLast: 3, daily: 14, weekly: 8, monthly: 12 } as const;

export function backupOptions(environment: Environment): BackupModuleOptions {
  return {
    storage: environment.storageUrl ?? DEFAULT_STORAGE,
    databases: environment.databases,
    files: environment.uploadsPath === undefined ? {} : { uploads: { path: resolve(environment.uploadsPath) } },
    configuration: configurationRoots(environment.configPaths),
    retention: RETENTION,
    cache: environment.cachePath,
    shutdownGraceSeconds: environment.shutdownGraceSeconds,
    encryption: {
      key: keyOf(environment.encryptionKey),
      identities: environment.identityFile === undefined ? undefined : { file: environment.identityFile },
    },
    queue: queue(environment),
    notifications: notifications(environment),
  };
}

function queue({ redisUrl, isWorker }: Environment): QueueOptions | undefined {
  return redisUrl === undefined ? undefined : { driver: 'bullmq', connection: redisUrl, worker: isWorker };
}

function notifications({ smtpUrl, mailFrom, mailTo }: Environment): NotificationOptions {
  return smtpUrl === undefined ? {} : { mail: { transport: smtpUrl, from: mailFrom, to: mailTo, digest: 'weekly' } };
}

/** Called after their last name: `/srv/app/.env` is `env`, and the next of that name `env-2`. */
function configurationRoots(paths: readonly string[]): Record<string, FileRootOptions> {
  const roots: Record<string, FileRootOptions> = {};
  for (const path of paths) {
    const name =
      basename(path)
        .replace(/^\.+/, '')
        .replaceAll(/[^A-Za-z0-9_-]/g, '-') || 'configuration';
    let free = name;
    for (let number = 2; Object.hasOwn(roots, free); number += 1) {
      free = `${name}-${String(number)}`;
    }
    roots[free] = { path: resolve(path) };
  }
  return roots;
}

/** Recipients can be several; an id or a label is one. */
function keyOf(words: readonly string[]): string | readonly string[] | undefined {
  const [first, ...more] = words as readonly (string | undefined)[];
  return more.length === 0 ? first : words;
}
