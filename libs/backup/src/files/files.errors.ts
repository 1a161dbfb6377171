import { objectDamaged } from '../backup-set/backup-set.errors.js';
import { BackupError, messageOf } from '../errors/backup.error.js';
import { display, type BytePath } from './byte-path.js';

export function rootMissing(root: string, path: string, cause: unknown): BackupError {
  return new BackupError(
    'not_readable',
    `File root ${root} cannot be read (${reasonOf(cause)}): create ${path}, mount its disk, or correct the path in the module's options.`,
    { cause },
  );
}

export function rootUnsuited(root: string, path: string, found: string): BackupError {
  return new BackupError(
    'not_readable',
    `File root ${root} is ${found}: ${path} has to be a folder or a file; correct the path in the module's options.`,
  );
}

export function rootHolds(root: string, path: BytePath, what: string): BackupError {
  return new BackupError(
    'invalid_option',
    `File root ${root} contains ${what}, in ${display(path)}: move one of them, or exclude it from the root.`,
  );
}

export function noRoots(what: 'files' | 'configuration'): BackupError {
  return new BackupError(
    'invalid_option',
    what === 'files'
      ? 'There are no files to back up: name their folders in the option `files` of the module.'
      : 'There is no configuration to back up: name its folders and files in the option `configuration`.',
  );
}

export function entryUnreadable(root: string, path: BytePath, cause: unknown): BackupError {
  return new BackupError(
    'not_readable',
    `${unreadableEntry(root, path, reasonOf(cause))}: let the account of this process read it, exclude it, or leave it out with --allow-partial.`,
    { cause },
  );
}

export function entryUnsuited(root: string, path: BytePath, kind: string): BackupError {
  return new BackupError(
    'not_readable',
    `${root}: ${display(path)} is ${kind}, which cannot be backed up: exclude it, or leave it out with --allow-partial.`,
  );
}

/** @param key of the object that the entry is in */
export function contentDiffers(set: string, key: string, path: BytePath): BackupError {
  return objectDamaged(set, key, `does not hold ${display(path)} as the index has it`);
}

/** Of an index whose copy is to be read on a host that cannot open it. */
export function indexCopyMissing(set: string, key: string): BackupError {
  return new BackupError('not_found', `The cache folder has no copy of ${key} of ${set}.`);
}

export function indexCopyDiffers(set: string, key: string, cause?: unknown): BackupError {
  return new BackupError('damaged', `The copy of ${key} of ${set} in the cache folder is not what the set has.`, {
    cause,
  });
}

/** A line for the manifest, of something that the operator let be left out. */
export function unreadableEntry(root: string, path: BytePath, reason: string): string {
  return `${root}: ${display(path)} cannot be read (${reason})`;
}

/** `EACCES: permission denied`, without the call and the path that the system's message goes on with. */
export function reasonOf(error: unknown): string {
  return messageOf(error).split(', ', 1)[0];
}
