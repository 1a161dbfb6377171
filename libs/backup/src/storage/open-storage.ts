import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../errors/backup.error.js';
import type { BackupStorage, StorageConfiguration, StorageDriver } from './backup-storage.js';
import { loadStorageDriver } from './driver-storage.js';
import { LocalStorage } from './local-storage.js';
import { invalidDriver, invalidStorageUrl } from './storage.errors.js';

/** The option `storage`: the URL of a folder, or a driver. @throws BackupError `invalid_option` */
export function parseStorage(option: string | StorageDriver): StorageConfiguration {
  return typeof option === 'string' ? parseStorageUrl(option) : parseStorageDriver(option);
}

/** Reads `file:///var/backups`; throws `invalid_option` for anything else. */
export function parseStorageUrl(url: string): StorageConfiguration {
  if (!URL.canParse(url)) {
    throw invalidStorageUrl('cannot be read');
  }
  const { protocol } = new URL(url);
  if (protocol !== 'file:') {
    throw invalidStorageUrl(`has the unknown kind "${protocol}"`);
  }
  let folder: string;
  try {
    folder = fileURLToPath(url);
  } catch {
    throw invalidStorageUrl('is not the URL of a local folder');
  }
  if (!isAbsolute(folder)) {
    throw invalidStorageUrl('is not absolute');
  }
  return { driver: 'local', folder };
}

function parseStorageDriver({ module, options }: StorageDriver): StorageConfiguration {
  const url = String(module);
  if (!URL.canParse(url) || new URL(url).protocol !== 'file:') {
    throw invalidDriver(`names the module ${JSON.stringify(url)}, which is no file: URL`);
  }
  try {
    return { driver: 'module', module: url, options: structuredClone(options) };
  } catch (error) {
    throw invalidDriver(`has options that cannot be copied to a thread (${messageOf(error)})`);
  }
}

/** @param mayBlock whether the thread serves nobody, waits for the disk itself, and uses what it reads before it asks for more */
export function openStorage(configuration: StorageConfiguration, mayBlock = false): BackupStorage {
  return configuration.driver === 'local'
    ? new LocalStorage(configuration.folder, mayBlock)
    : loadStorageDriver(configuration.module, configuration.options);
}
