import { invalidKey } from './storage.errors.js';

const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._=-]{1,255}$/;

/** Whether it is a key of one name only, as those of sets are. */
export function isStorageName(name: string): boolean {
  return NAME.test(name);
}

/** @throws BackupError `invalid_name` for what could lead elsewhere, or what some storage cannot hold */
export function assertStorageKey(key: string): void {
  if (!key.split('/').every(isStorageName)) {
    throw invalidKey(key);
  }
}

/** @throws BackupError `invalid_name` */
export function assertStorageName(name: string): void {
  if (!isStorageName(name)) {
    throw invalidKey(name);
  }
}
