import type { BytePath } from '../byte-path.js';
import { isSystemError } from '../scan-root.js';
import { notWritable } from './file-restore.errors.js';

/** Changes an entry. @throws BackupError `restore_blocked` when the file system refuses that */
export function writing<T>(path: BytePath, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw isSystemError(error) ? notWritable(path, error) : error;
  }
}
