import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ObjectRecord } from '../backup-set/manifest.js';
import type { ThreadContext } from '../engine/serve-thread.js';
import { joinPaths, toBytes, type BytePath } from './byte-path.js';
import { entryUnreadable, reasonOf, unreadableEntry } from './files.errors.js';
import { formatEntry, type FileEntry, type IndexEntry, type Place } from './index-entry.js';
import { OpenFile, type FileFacts } from './open-file.js';
import { PieceWriter, type ObjectPlace } from './piece-writer.js';
import { isGone, isSystemError, type ScannedEntry } from './scan-root.js';
import { paddingOf, TAR_BLOCK, TAR_END } from '../tar-block.js';
import { decimalTime, tarHeader } from './tar-header.js';

/** A file of this size or more is stored by itself, bytes. */
export const LARGE_FILE = 16 * 1024 * 1024;
/** Plain bytes of a part of a large file. */
const PART = 1024 * 1024 * 1024;
const READ = 1024 * 1024;

/** A large file, which a restore by hand has to put in its place. */
export interface LargeFile {
  readonly path: BytePath;
  readonly objects: readonly string[];
  readonly mode: number;
  /** Seconds since 1970, with nine decimal places. */
  readonly mtime: string;
}

export interface PackOptions {
  readonly root: string;
  /** Absolute. */
  readonly base: BytePath;
  readonly entries: readonly ScannedEntry[];
  readonly allowPartial: boolean;
}

/** What became of some entries of a root; plain data. */
export interface PackedEntries {
  readonly objects: readonly ObjectRecord[];
  /** Lines of the index, in the order of the entries. */
  readonly index: Uint8Array;
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
  readonly changed: number;
  readonly large: readonly LargeFile[];
  readonly warnings: readonly string[];
}

/** Stores entries of a root: small ones in a bundle, a large file by itself. */
export async function packEntries(
  options: PackOptions,
  place: ObjectPlace,
  context: ThreadContext,
): Promise<PackedEntries> {
  const packer = new Packer(options, place, context);
  try {
    for (const entry of options.entries) {
      await packer.add(entry);
    }
    return await packer.finish();
  } catch (error) {
    await packer.abort();
    throw error;
  }
}

class Packer {
  private readonly objects: ObjectRecord[] = [];
  private readonly lines: string[] = [];
  private readonly large: LargeFile[] = [];
  private readonly warnings: string[] = [];
  private readonly open = new Set<PieceWriter>();
  private bundle: PieceWriter | null = null;
  private buffer = Buffer.alloc(0);
  private files = 0;
  private bytes = 0;
  private changed = 0;
  private unreported = 0;

  constructor(
    private readonly options: PackOptions,
    private readonly place: ObjectPlace,
    private readonly context: ThreadContext,
  ) {}

  async add(scanned: ScannedEntry): Promise<void> {
    const { path, type, mode, uid, gid, mtime, target } = scanned;
    const common = { path, mode, uid, gid, mtime };
    switch (type) {
      case 'folder':
        this.index({ ...common, type, bundle: this.header({ ...scanned, size: 0 }) });
        break;
      case 'symlink':
        this.index({ ...common, type, target, bundle: this.header({ ...scanned, size: 0 }) });
        break;
      case 'file':
        await this.addFile(path);
    }
    await this.turn(0);
  }

  async finish(): Promise<PackedEntries> {
    if (this.bundle !== null) {
      this.bundle.add(TAR_END);
      await this.close(this.bundle);
    }
    return {
      objects: this.objects,
      index: Buffer.from(this.lines.join('')),
      entries: this.lines.length,
      files: this.files,
      bytes: this.bytes,
      changed: this.changed,
      large: this.large,
      warnings: this.warnings,
    };
  }

  async abort(): Promise<void> {
    await Promise.all([...this.open].map((writer) => writer.abort()));
  }

  /** A file that changes while it is read is read again, and then taken as it is. */
  private async addFile(path: BytePath): Promise<void> {
    for (const isLastAttempt of [false, true]) {
      const file = this.openFile(path);
      if (file === null) {
        return;
      }
      try {
        const isStored = await (file.facts.size < LARGE_FILE
          ? this.storeSmall(path, file, isLastAttempt)
          : this.storeLarge(path, file, isLastAttempt));
        if (isStored) {
          return;
        }
      } catch (error) {
        if (!isSystemError(error)) {
          throw error;
        }
        this.leaveOut(path, error);
        return;
      } finally {
        file.close();
      }
    }
  }

  private async storeSmall(path: BytePath, file: OpenFile, isLastAttempt: boolean): Promise<boolean> {
    const { facts } = file;
    if (this.buffer.length < facts.size) {
      this.buffer = Buffer.allocUnsafeSlow(Math.min(LARGE_FILE, 2 * facts.size));
    }
    const content = this.buffer.subarray(0, file.read(this.buffer.subarray(0, facts.size), 0));
    const isChanged = file.hasChanged() || content.length !== facts.size;
    if (isChanged && !isLastAttempt) {
      return false;
    }
    const size = content.length;
    const header = this.header({ ...facts, path, type: 'file', size, target: '' });
    const bundle = this.currentBundle();
    bundle.add(content);
    bundle.add(PADDING.subarray(0, paddingOf(size)));
    const sha256 = createHash('sha256').update(content).digest('hex');
    this.indexFile(path, facts, { size, sha256, bytes: [{ ...header, length: size }], isChanged });
    await this.turn(size);
    return true;
  }

  private async storeLarge(path: BytePath, file: OpenFile, isLastAttempt: boolean): Promise<boolean> {
    const parts: PieceWriter[] = [];
    try {
      return await this.storeParts(path, file, isLastAttempt, parts);
    } finally {
      // those of a file that could not be read, or that has to be read again
      await Promise.all(parts.filter((part) => this.open.has(part)).map((part) => this.discard(part)));
    }
  }

  private async storeParts(
    path: BytePath,
    file: OpenFile,
    isLastAttempt: boolean,
    parts: PieceWriter[],
  ): Promise<boolean> {
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(READ);
    const { facts } = file;
    let size = 0;
    for (let length = 1; length > 0 && size < facts.size; size += length) {
      if (parts.length === 0 || size % PART === 0) {
        parts.push(this.newObject('large'));
      }
      const writer = parts[parts.length - 1];
      length = file.read(chunk.subarray(0, Math.min(READ, facts.size - size)), size);
      hash.update(chunk.subarray(0, length));
      writer.add(chunk.subarray(0, length));
      await writer.drained();
      await this.turn(length);
    }
    const isChanged = file.hasChanged() || size !== facts.size;
    if (isChanged && !isLastAttempt) {
      return false;
    }
    const bytes = parts.map(({ key, size: length }): Place => ({ object: key, at: 0, length }));
    for (const writer of parts) {
      await this.close(writer);
    }
    this.indexFile(path, facts, { size, sha256: hash.digest('hex'), bytes, isChanged });
    this.large.push({
      path,
      objects: bytes.map(({ object }) => object),
      mode: facts.mode,
      mtime: decimalTime(BigInt(facts.mtime)),
    });
    return true;
  }

  /** Null for a file that is gone by now, or that is left out because it cannot be read. */
  private openFile(path: BytePath): OpenFile | null {
    try {
      return OpenFile.open(toBytes(joinPaths(this.options.base, path)));
    } catch (error) {
      if (!isGone(error)) {
        this.leaveOut(path, error);
      }
      return null;
    }
  }

  private leaveOut(path: BytePath, error: unknown): void {
    const { root, allowPartial } = this.options;
    if (!allowPartial) {
      throw entryUnreadable(root, path, error);
    }
    this.warnings.push(unreadableEntry(root, path, reasonOf(error)));
  }

  /** Writes an entry's header into the bundle. Gives the place right after it. */
  private header(entry: Parameters<typeof tarHeader>[0]): Place {
    const bundle = this.currentBundle();
    bundle.add(tarHeader(entry));
    return { object: bundle.key, at: bundle.size, length: 0 };
  }

  private index(entry: IndexEntry): void {
    this.lines.push(`${formatEntry(entry)}\n`);
  }

  private indexFile(
    path: BytePath,
    { mode, uid, gid, mtime, ctime, isSparse }: FileFacts,
    { isChanged, ...content }: Pick<FileEntry, 'size' | 'sha256' | 'bytes'> & { readonly isChanged: boolean },
  ): void {
    this.index({
      path,
      type: 'file',
      mode,
      uid,
      gid,
      mtime,
      ctime,
      ...content,
      ...(isSparse ? { sparse: true } : {}),
      ...(isChanged ? { changed: true } : {}),
    });
    this.files += 1;
    this.bytes += content.size;
    this.changed += isChanged ? 1 : 0;
  }

  private currentBundle(): PieceWriter {
    this.bundle ??= this.newObject('bundle');
    return this.bundle;
  }

  private newObject(kind: 'bundle' | 'large'): PieceWriter {
    const writer = new PieceWriter(this.place, kind);
    this.open.add(writer);
    return writer;
  }

  private async close(writer: PieceWriter): Promise<void> {
    this.objects.push(await writer.close());
    this.open.delete(writer);
  }

  private async discard(writer: PieceWriter): Promise<void> {
    await writer.abort();
    this.open.delete(writer);
  }

  /** Reports work, keeps to the rate, waits for the storage, and lets a cancellation in. */
  private async turn(bytes: number): Promise<void> {
    const { progress, pace, signal } = this.context;
    progress.add(bytes, 0);
    pace.spend(bytes);
    this.unreported += bytes + ENTRY_WORK;
    if (this.unreported > READ) {
      this.unreported = 0;
      await this.bundle?.drained();
      await nextTurn();
      await pace.due(signal);
      signal.throwIfAborted();
    }
  }
}

/** What an entry without content counts as, when it is asked how much was done since the last look around, bytes. */
const ENTRY_WORK = 4096;
const PADDING = Buffer.alloc(TAR_BLOCK);
