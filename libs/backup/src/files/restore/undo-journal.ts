import {
  closeSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
  type BigIntStats,
} from 'node:fs';
import { systemCode } from '../../storage/storage.errors.js';
import { folderOf, joinPaths, toBytes, toJsonBytes, type BytePath } from '../byte-path.js';
import { isGone } from '../scan-root.js';
import { undoFolderName } from '../scratch-names.js';
import { attributesOf, setAttributes, setLinkAttributes } from '../file-attributes.js';
import type { JournalLine } from './read-journal.js';

const KEPT = 'kept';
const COMPLETE = 'complete';

/**
 * What a restore did in a folder, written down before it is done, and what it replaced: in a folder of its own in there, so
 * that things are kept and put back by renaming them. Whatever the process dies in the middle of, it can be taken back.
 */
export class UndoFolder {
  readonly path: BytePath;

  /** @param base the folder that files are restored into */
  constructor(base: BytePath, operation: string) {
    this.path = joinPaths(base, undoFolderName(operation));
  }

  make(): void {
    mkdirSync(toBytes(joinPaths(this.path, KEPT)), { recursive: true, mode: 0o700 });
  }

  /** Where the thing that was at a path is kept. */
  kept(path: BytePath): Buffer {
    return toBytes(joinPaths(joinPaths(this.path, KEPT), path));
  }

  /** Keeps what is at a path without moving it, so that there is something at the path at any moment. */
  keep(live: Buffer, path: BytePath): void {
    this.makeKeptFolder(path);
    try {
      linkSync(live, this.kept(path));
    } catch (error) {
      if (!CANNOT_LINK.has(systemCode(error))) {
        throw error;
      }
      copy(live, this.kept(path));
    }
  }

  /** Moves what is at a path out of the way. */
  moveAside(live: Buffer, path: BytePath): void {
    this.makeKeptFolder(path);
    renameSync(live, this.kept(path));
  }

  open(name: string): JournalWriter {
    return new JournalWriter(toBytes(joinPaths(this.path, `journal-${name}.jsonl`)));
  }

  /** Says that the restore is over. */
  complete(): void {
    closeSync(openSync(toBytes(joinPaths(this.path, COMPLETE)), 'w', 0o600));
  }

  /** Says that it is being taken back. */
  reopen(): void {
    rmSync(toBytes(joinPaths(this.path, COMPLETE)), { force: true });
  }

  isComplete(): boolean {
    try {
      return readdirSync(toBytes(this.path)).includes(COMPLETE);
    } catch (error) {
      if (isGone(error)) {
        return false;
      }
      throw error;
    }
  }

  private makeKeptFolder(path: BytePath): void {
    const folder = folderOf(path);
    mkdirSync(folder === '' ? toBytes(joinPaths(this.path, KEPT)) : this.kept(folder), {
      recursive: true,
      mode: 0o700,
    });
  }
}

/** Links cannot be made between file systems, nor everywhere. */
const CANNOT_LINK: ReadonlySet<string> = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

function copy(live: Buffer, kept: Buffer): void {
  const found = lstatSync(live, { bigint: true });
  if (found.isSymbolicLink()) {
    symlinkSync(readlinkSync(live, { encoding: 'buffer' }), kept);
    setLinkAttributes(kept, attributesOf(found));
  } else {
    copyFileSync(live, kept, constants.COPYFILE_FICLONE);
    setAttributes(kept, attributesOf(found));
  }
}

/** The lines of one thread's task. */
export class JournalWriter {
  private readonly descriptor: number;

  constructor(path: Buffer) {
    this.descriptor = openSync(path, 'ax', 0o600);
  }

  /** The line is with the system when this returns, and outlives the process. */
  write(line: JournalLine): void {
    const temporary = 'temporary' in line && line.temporary !== undefined ? toJsonBytes(line.temporary) : undefined;
    const text = JSON.stringify({
      ...line,
      path: toJsonBytes(line.path),
      ...(temporary === undefined ? {} : { temporary }),
    });
    writeSync(this.descriptor, `${text}\n`);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

export function attributesBefore(path: BytePath, found: BigIntStats): JournalLine {
  return { did: 'touched', path, ...attributesOf(found) };
}
