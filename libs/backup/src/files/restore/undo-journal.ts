import {
  closeSync,
  linkSync,
  copyFileSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
  type BigIntStats,
} from 'node:fs';
import { z } from 'zod';
import { systemCode } from '../../storage/storage.errors.js';
import { folderOf, jsonBytes, joinPaths, toBytes, toJsonBytes, toText, type BytePath } from '../byte-path.js';
import { isGone } from '../scan-root.js';
import { undoFolderName } from '../scratch-names.js';
import { attributesOf } from '../file-attributes.js';
import { journalUnreadable } from './file-restore.errors.js';

/** What a thing was before: permissions, owner, time. */
const lineSchema = z.discriminatedUnion('did', [
  /** There was nothing at the path. */
  z.strictObject({ did: z.literal('added'), path: jsonBytes, temporary: jsonBytes.optional() }),
  /** What was there is kept. */
  z.strictObject({ did: z.literal('kept'), path: jsonBytes, temporary: jsonBytes.optional() }),
  z.strictObject({
    did: z.literal('touched'),
    path: jsonBytes,
    mode: z.int(),
    uid: z.int(),
    gid: z.int(),
    mtime: z.string().regex(/^-?\d+$/),
  }),
]);

export type JournalLine = z.infer<typeof lineSchema>;

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
      copyFileSync(live, this.kept(path), constants.COPYFILE_FICLONE);
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

  /** Everything that was done or about to be done. @throws BackupError `undo_impossible` */
  read(): JournalLine[] {
    const folder = toBytes(this.path);
    try {
      return readdirSync(folder)
        .filter((name) => name.startsWith('journal-'))
        .sort()
        .flatMap((name) =>
          readFileSync(toBytes(joinPaths(this.path, name)), 'utf8')
            .split('\n')
            .slice(0, -1),
        )
        .map((line) => lineSchema.parse(JSON.parse(line)));
    } catch (error) {
      if (isGone(error)) {
        return [];
      }
      throw journalUnreadable(toText(this.path), error);
    }
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
