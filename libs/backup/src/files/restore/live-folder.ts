import { lstatSync, mkdirSync, type BigIntStats } from 'node:fs';
import { systemCode } from '../../storage/storage.errors.js';
import { folderOf, joinPaths, toBytes, type BytePath } from '../byte-path.js';
import { isGone } from '../scan-root.js';
import { linkInTheWay } from './file-restore.errors.js';

/** Folders that are remembered at most: they are asked about one after another. */
const REMEMBERED = 10_000;

/** A folder that files are restored into. Nothing is reached through a symbolic link below it. */
export class LiveFolder {
  /** Folders that were seen to be real, so that each is looked at once. */
  private readonly real = new Set<BytePath>();

  /** @param base absolute, links resolved */
  constructor(readonly base: BytePath) {}

  absolute(path: BytePath): Buffer {
    return toBytes(path === '' ? this.base : joinPaths(this.base, path));
  }

  /** What is there, not following a link; null for nothing. */
  look(path: BytePath): BigIntStats | null {
    if (path !== '' && !this.hasRealFolder(folderOf(path))) {
      return null;
    }
    try {
      return lstatSync(this.absolute(path), { bigint: true });
    } catch (error) {
      if (isGone(error)) {
        return null;
      }
      throw error;
    }
  }

  /**
   * Makes the folders down to this one that are missing, for their owner alone.
   *
   * @param onMissing called before each is made
   * @throws BackupError `restore_blocked` when something else is in the way
   */
  make(path: BytePath, onMissing: (path: BytePath) => void): void {
    if (this.real.has(path)) {
      return;
    }
    if (path !== '') {
      this.make(folderOf(path), onMissing);
    }
    const found = this.look(path);
    if (found === null) {
      onMissing(path);
      try {
        mkdirSync(this.absolute(path), { mode: 0o700 });
      } catch (error) {
        // another thread was faster
        if (systemCode(error) !== 'EEXIST' || this.look(path)?.isDirectory() !== true) {
          throw error;
        }
      }
    } else if (!found.isDirectory()) {
      throw linkInTheWay(path);
    }
    this.remember(path);
  }

  private hasRealFolder(path: BytePath): boolean {
    if (this.real.has(path)) {
      return true;
    }
    const isReal = this.look(path)?.isDirectory() === true;
    if (isReal) {
      this.remember(path);
    }
    return isReal;
  }

  private remember(path: BytePath): void {
    if (this.real.size >= REMEMBERED) {
      this.real.clear();
    }
    this.real.add(path);
  }
}
