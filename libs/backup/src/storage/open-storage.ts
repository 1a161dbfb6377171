import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BackupStorage, StorageConfiguration } from './backup-storage.js';
import { LocalStorage } from './local-storage.js';
import { invalidStorageUrl } from './storage.errors.js';

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

/** @param mayBlock whether the thread serves nobody, and may wait for what is quickly done */
export function openStorage(configuration: StorageConfiguration, mayBlock = false): BackupStorage {
  return new LocalStorage(configuration.folder, mayBlock);
}
