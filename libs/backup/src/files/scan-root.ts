import { lstatSync, readdirSync, readlinkSync, type BigIntStats } from 'node:fs';
import { systemCode } from '../storage/storage.errors.js';
import { fromBytes, joinPaths, toCall, type BytePath } from './byte-path.js';
import { attributesOf, type FileAttributes } from './file-attributes.js';
import { findRoot, type FileRoot } from './file-root.js';
import { entryUnreadable, entryUnsuited, reasonOf, rootHolds, unreadableEntry } from './files.errors.js';
import { pathMatcher } from './root-pattern.js';
import { isScratchName } from './scratch-names.js';

/** What a scan knows of an entry; plain data. */
export interface ScannedEntry extends FileAttributes {
  readonly path: BytePath;
  readonly type: 'file' | 'folder' | 'symlink';
  /** Of a file; 0 otherwise. */
  readonly size: number;
  /** Nanoseconds since 1970, in decimal. */
  readonly ctime: string;
  /** Of a folder, in decimal; empty otherwise. */
  readonly inode: string;
  readonly target: BytePath;
}

/** A folder that must not be part of a root. */
export interface ForbiddenPath {
  /** Absolute, links resolved. */
  readonly path: string;
  /** What it is: `the backup storage`, `file root uploads`. */
  readonly what: string;
}

export interface ScanOptions {
  readonly root: FileRoot;
  readonly forbidden: readonly ForbiddenPath[];
  /** Go on without what cannot be read. */
  readonly allowPartial: boolean;
}

/**
 * Walks a root once, in path order: a folder comes right before what is in it, names in the order of their bytes. Follows
 * no symbolic links and keeps the names of one folder a level in memory, not the tree.
 *
 * @param onWarning told what is left out, a line each
 * @throws BackupError `not_readable` for what cannot be read, unless that is allowed; `invalid_option`
 */
export function* scanRoot(options: ScanOptions, onWarning: (line: string) => void): Generator<ScannedEntry> {
  const found = findRoot(options.root);
  const walk = new Walk(options, found.base, onWarning);
  yield* found.kind === 'file' ? walk.entry(found.file) : walk.entry('');
}

class Walk {
  private readonly isExcluded: (path: BytePath) => boolean;
  private readonly forbidden: ReadonlyMap<string, string>;
  private readonly base: BytePath;

  constructor(
    private readonly options: ScanOptions,
    base: string,
    private readonly onWarning: (line: string) => void,
  ) {
    this.base = fromBytes(Buffer.from(base));
    this.isExcluded = pathMatcher(options.root.exclude);
    this.forbidden = new Map(options.forbidden.map(({ path, what }) => [fromBytes(Buffer.from(path)), what]));
  }

  *entry(path: BytePath): Generator<ScannedEntry> {
    if (this.isExcluded(path)) {
      return;
    }
    this.assertAllowed(path);
    const scanned = this.attempt(path, () => this.look(path));
    if (scanned === null) {
      return;
    }
    if (scanned.type !== 'folder') {
      yield scanned;
      return;
    }
    // a folder whose names cannot be read is left out as a whole, rather than backed up as an empty one
    const names = this.attempt(path, () => this.namesIn(path));
    if (names === null) {
      return;
    }
    yield scanned;
    for (const name of names) {
      yield* this.entry(joinPaths(path, name));
    }
  }

  private look(path: BytePath): ScannedEntry | null {
    const absolute = this.absolute(path);
    const found = lstatSync(absolute, { bigint: true });
    const type = typeOf(found);
    if (type === null) {
      return this.leaveOut(path, kindOf(found));
    }
    return {
      path,
      type,
      ...attributesOf(found),
      size: type === 'file' ? Number(found.size) : 0,
      ctime: String(found.ctimeNs),
      inode: type === 'folder' ? String(found.ino) : '',
      target: type === 'symlink' ? fromBytes(readlinkSync(absolute, { encoding: 'buffer' })) : '',
    };
  }

  private namesIn(path: BytePath): BytePath[] {
    // a character a byte, as paths are here
    return readdirSync(this.absolute(path), { encoding: 'latin1' })
      .filter((name) => !isScratchName(name))
      .sort(inByteOrder);
  }

  private absolute(path: BytePath): Buffer | string {
    return toCall(joinPaths(this.base, path));
  }

  private assertAllowed(path: BytePath): void {
    const what = this.forbidden.get(path === '' ? this.base : joinPaths(this.base, path));
    if (what !== undefined) {
      throw rootHolds(this.options.root.name, path, what);
    }
  }

  private leaveOut(path: BytePath, kind: string): null {
    const { root, allowPartial } = this.options;
    if (!allowPartial) {
      throw entryUnsuited(root.name, path, kind);
    }
    this.onWarning(unreadableEntry(root.name, path, kind));
    return null;
  }

  /** What is gone since its name was read is no longer part of the root. */
  private attempt<T>(path: BytePath, read: () => T | null): T | null {
    try {
      return read();
    } catch (error) {
      if (isGone(error) && path !== '') {
        return null;
      }
      const { root, allowPartial } = this.options;
      if (!allowPartial || path === '') {
        throw isSystemError(error) ? entryUnreadable(root.name, path, error) : error;
      }
      this.onWarning(unreadableEntry(root.name, path, reasonOf(error)));
      return null;
    }
  }
}

export function isGone(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Whether the file system refused something, rather than that something is wrong here. */
export function isSystemError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

function typeOf(found: BigIntStats): ScannedEntry['type'] | null {
  if (found.isFile()) {
    return 'file';
  }
  if (found.isDirectory()) {
    return 'folder';
  }
  return found.isSymbolicLink() ? 'symlink' : null;
}

function kindOf(found: BigIntStats): string {
  if (found.isSocket()) {
    return 'a socket';
  }
  return found.isFIFO() ? 'a named pipe' : 'a device';
}

function inByteOrder(a: BytePath, b: BytePath): number {
  return a < b ? -1 : Number(a > b);
}
