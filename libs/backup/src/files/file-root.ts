import { realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fromText, type BytePath } from './byte-path.js';
import { rootMissing, rootUnsuited } from './files.errors.js';

/** A folder whose files are backed up, or a single file. */
export interface FileRoot {
  readonly name: string;
  /** Absolute. When it is a symbolic link, that is followed; those below it are not. */
  readonly path: string;
  /** Patterns of what is left out, relative to the folder. */
  readonly exclude: readonly string[];
}

/** A root as it was found. */
export interface FoundRoot {
  readonly kind: 'folder' | 'file';
  /** The folder that its entries are in, links resolved. */
  readonly base: string;
  /** The entry that a single file is; empty for a folder. */
  readonly file: BytePath;
}

/** @throws BackupError `not_readable` when there is nothing, or nothing that a root could be */
export function findRoot({ name, path }: FileRoot): FoundRoot {
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    throw rootMissing(name, path, error);
  }
  const found = statSync(real);
  if (found.isDirectory()) {
    return { kind: 'folder', base: real, file: '' };
  }
  if (found.isFile()) {
    // a file is what its own path says, wherever the link leads
    return { kind: 'file', base: dirname(real), file: fromText(basename(real)) };
  }
  throw rootUnsuited(name, path, 'no folder and no file');
}
