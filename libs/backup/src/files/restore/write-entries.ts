import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ObjectRecord } from '../../backup-set/manifest.js';
import { readObject } from '../../backup-set/object-reader.js';
import type { ThreadContext } from '../../engine/serve-thread.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { folderOf, joinPaths, type BytePath } from '../byte-path.js';
import type { GroupOfSet } from '../check-entries.js';
import { contentDiffers } from '../files.errors.js';
import { bundlePlace, type FileEntry } from '../index-entry.js';
import { FRAME_BYTES } from '../index-reader.js';
import { temporaryName } from '../scratch-names.js';
import { chooser, entryState } from './compare-entries.js';
import { hasAttributes, setAttributes } from '../file-attributes.js';
import type { FileTarget } from './file-targets.js';
import { LiveFolder } from './live-folder.js';
import { attributesBefore, UndoFolder, type JournalWriter } from './undo-journal.js';
import { writing } from './writing.js';

export interface WriteOptions {
  readonly group: GroupOfSet;
  readonly target: FileTarget;
  /** 32 hex digits. */
  readonly operation: string;
  /** Of the group among those of the root. */
  readonly number: number;
}

/** Makes the folders of a group and writes its files: each beside its place and renamed into it, if it is not there yet. */
export async function writeEntries(
  storage: BackupStorage,
  options: WriteOptions,
  identity: string | null,
  context: ThreadContext,
): Promise<void> {
  const writer = new EntryWriter(storage, options, identity, context);
  try {
    await writer.run();
  } finally {
    writer.close();
  }
}

class EntryWriter {
  private readonly live: LiveFolder;
  private readonly undo: UndoFolder;
  private readonly journal: JournalWriter;
  private file: FileBeingWritten | null = null;
  private readonly recorded = new Set<BytePath>();
  private temporaries = 0;

  constructor(
    private readonly storage: BackupStorage,
    private readonly options: WriteOptions,
    private readonly identity: string | null,
    private readonly context: ThreadContext,
  ) {
    const { target, operation, number } = options;
    this.live = new LiveFolder(target.base);
    this.undo = new UndoFolder(target.base, operation);
    this.journal = this.undo.open(String(number).padStart(8, '0'));
  }

  async run(): Promise<void> {
    const wanted: FileEntry[] = [];
    for (const entry of this.options.group.entries.filter(chooser(this.options.target))) {
      if (entry.type === 'folder') {
        writing(entry.path, () => {
          this.makeFolder(entry.path);
        });
      } else if (entry.type === 'file' && (await this.isWanted(entry))) {
        wanted.push(entry);
      }
    }
    await this.writeBundled(wanted.filter((entry) => bundlePlace(entry) !== null));
    for (const entry of wanted.filter((candidate) => bundlePlace(candidate) === null)) {
      await this.writeLarge(entry);
    }
  }

  close(): void {
    this.file?.discard();
    this.journal.close();
  }

  private async isWanted(entry: FileEntry): Promise<boolean> {
    const state = await entryState(this.live, entry, false, this.context);
    if (state !== 'unchanged') {
      return true;
    }
    const found = this.live.look(entry.path);
    if (found !== null && !hasAttributes(found, entry)) {
      writing(entry.path, () => {
        this.journal.write(attributesBefore(entry.path, found));
        setAttributes(this.live.absolute(entry.path), entry);
      });
    }
    return false;
  }

  /** Something else in its place is moved aside: that there is leave for it was checked. */
  private makeFolder(path: BytePath): void {
    const found = this.live.look(path);
    if (found !== null && !found.isDirectory() && this.options.target.isExact) {
      this.moveAside(path);
    }
    this.live.make(path, (missing) => {
      this.journal.write({ did: 'added', path: missing });
    });
  }

  private async writeBundled(entries: readonly FileEntry[]): Promise<void> {
    const { objects } = this.options.group;
    const key = entries.length === 0 ? undefined : bundlePlace(entries[0])?.object;
    const rest = entries.values();
    let next = rest.next().value;
    let at = 0;
    for (const object of objects.filter((candidate) => candidate.key === key)) {
      await this.read(object, async (chunk) => {
        for (let offset = 0; next !== undefined;) {
          const { at: start, length } = next.bytes[0];
          const from = Math.max(start - at, offset);
          if (from > chunk.length || (from === chunk.length && length > 0)) {
            break;
          }
          this.file ??= this.begin(next);
          const part = chunk.subarray(from, Math.min(start + length - at, chunk.length));
          this.file.write(part);
          offset = from + part.length;
          if (at + offset < start + length) {
            break;
          }
          this.finish(this.file);
          next = rest.next().value;
        }
        at += chunk.length;
        await this.breathe(chunk.length);
      });
    }
  }

  private async writeLarge(entry: FileEntry): Promise<void> {
    const file = this.begin(entry);
    this.file = file;
    for (const { object: key } of entry.bytes) {
      for (const object of this.options.group.objects.filter((candidate) => candidate.key === key)) {
        await this.read(object, async (chunk) => {
          file.write(chunk);
          await this.breathe(chunk.length);
        });
      }
    }
    this.finish(file);
  }

  private read(object: ObjectRecord, consume: (chunk: Buffer) => Promise<void>): Promise<void> {
    const { group } = this.options;
    return readObject(
      this.storage,
      { ...object, set: group.set },
      this.identity,
      consume,
      this.context.signal,
      FRAME_BYTES,
    );
  }

  private begin(entry: FileEntry): FileBeingWritten {
    return writing(entry.path, () => {
      const folder = folderOf(entry.path);
      this.live.make(folder, (missing) => {
        this.journal.write({ did: 'added', path: missing });
      });
      const isThere = this.live.look(entry.path) !== null;
      this.recordTime(folder);
      this.temporaries += 1;
      const label = `${String(this.options.number)}-${String(this.temporaries)}`;
      const temporary = temporaryName(this.options.operation, label);
      this.journal.write({ did: isThere ? 'kept' : 'added', path: entry.path, temporary });
      return new FileBeingWritten(entry, this.live.absolute(joinPaths(folder, temporary)));
    });
  }

  /** From here on the file is the new one, and until here the old one. */
  private finish(file: FileBeingWritten): void {
    const { entry } = file;
    if (!file.isWhole()) {
      throw contentDiffers(this.options.group.set, entry.bytes[0].object, entry.path);
    }
    writing(entry.path, () => {
      file.close();
      const found = this.live.look(entry.path);
      if (found?.isDirectory() === true) {
        this.undo.moveAside(this.live.absolute(entry.path), entry.path);
      } else if (found !== null) {
        this.undo.keep(this.live.absolute(entry.path), entry.path);
      }
      renameSync(file.path, this.live.absolute(entry.path));
      this.file = null;
    });
  }

  /** What is written into a folder changes its time. */
  private recordTime(folder: BytePath): void {
    const found = this.recorded.has(folder) ? null : this.live.look(folder);
    if (found !== null) {
      this.recorded.add(folder);
      this.journal.write(attributesBefore(folder, found));
    }
  }

  private moveAside(path: BytePath): void {
    this.journal.write({ did: 'kept', path });
    this.undo.moveAside(this.live.absolute(path), path);
  }

  private async breathe(bytes: number): Promise<void> {
    this.context.progress.add(bytes, 0);
    this.context.pace.spend(bytes);
    await this.context.pace.due(this.context.signal);
    await nextTurn();
    this.context.signal.throwIfAborted();
  }
}

const BLOCK = 64 * 1024;
const ZEROS = Buffer.alloc(BLOCK);

/** A file under a temporary name. */
class FileBeingWritten {
  private readonly descriptor: number;
  private readonly hash: Hash = createHash('sha256');
  private size = 0;
  private isOpen = true;

  constructor(
    readonly entry: FileEntry,
    readonly path: Buffer,
  ) {
    this.descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  }

  write(chunk: Buffer): void {
    this.hash.update(chunk);
    writing(this.entry.path, () => {
      if (this.entry.sparse === true) {
        this.writeAroundHoles(chunk);
      } else {
        this.writeAll(chunk);
      }
    });
    this.size += chunk.length;
  }

  /** Whether it is what the index says. */
  isWhole(): boolean {
    return this.size === this.entry.size && this.hash.digest('hex') === this.entry.sha256;
  }

  /** Gives it its size and attributes. */
  close(): void {
    if (this.entry.sparse === true) {
      ftruncateSync(this.descriptor, this.size);
    }
    closeSync(this.descriptor);
    this.isOpen = false;
    setAttributes(this.path, this.entry);
  }

  discard(): void {
    if (this.isOpen) {
      closeSync(this.descriptor);
    }
    rmSync(this.path, { force: true });
  }

  private writeAroundHoles(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += BLOCK) {
      const block = chunk.subarray(at, at + BLOCK);
      if (!block.equals(ZEROS.subarray(0, block.length))) {
        this.writeAll(block, this.size + at);
      }
    }
  }

  private writeAll(bytes: Buffer, position = this.size): void {
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.descriptor, bytes, written, bytes.length - written, position + written);
    }
  }
}
