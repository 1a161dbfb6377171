import { createHash } from 'node:crypto';
import { objectDamaged } from '../backup-set/backup-set.errors.js';
import type { ObjectRecord } from '../backup-set/manifest.js';
import { readObject } from '../backup-set/object-reader.js';
import type { ThreadContext } from '../engine/serve-thread.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { contentDiffers } from './files.errors.js';
import { bundlePlace, type FileEntry, type IndexEntry } from './index-entry.js';
import { FRAME_BYTES } from './index-reader.js';
import { paddingOf, TAR_END } from '../tar-block.js';
import { tarHeader } from './tar-header.js';

/** Entries of a group, and the objects that hold them; plain data. */
export interface GroupOfSet {
  readonly set: string;
  readonly entries: readonly IndexEntry[];
  readonly objects: readonly ObjectRecord[];
}

/**
 * Reads all objects of a group and compares them with its entries: a bundle byte by byte, since each header can only be one,
 * and the content of every file by its SHA-256.
 *
 * @throws BackupError `damaged`
 */
export async function checkEntries(
  storage: BackupStorage,
  group: GroupOfSet,
  identity: string | null,
  context: ThreadContext,
): Promise<void> {
  const read = (object: ObjectRecord, consume: (chunk: Buffer) => void): Promise<void> =>
    readObject(
      storage,
      { ...object, set: group.set },
      identity,
      async (chunk) => {
        consume(chunk);
        context.progress.add(chunk.length, 0);
        context.pace.spend(chunk.length);
        await context.pace.due(context.signal);
      },
      context.signal,
      FRAME_BYTES,
    );
  const bundled = group.entries.filter((entry) => bundlePlace(entry) !== null);
  const key = bundled.length === 0 ? undefined : bundlePlace(bundled[0])?.object;
  for (const object of group.objects.filter((candidate) => candidate.key === key)) {
    const checker = new BundleChecker(group.set, object.key, bundled);
    await read(object, (chunk) => {
      checker.push(chunk);
    });
    checker.finish();
  }
  for (const entry of group.entries) {
    if (entry.type === 'file' && bundlePlace(entry) === null) {
      await checkLargeFile(group, entry, read);
    }
  }
}

async function checkLargeFile(
  { set, objects }: GroupOfSet,
  entry: FileEntry,
  read: (object: ObjectRecord, consume: (chunk: Buffer) => void) => Promise<void>,
): Promise<void> {
  const hash = createHash('sha256');
  for (const { object: key } of entry.bytes) {
    for (const object of objects.filter((candidate) => candidate.key === key)) {
      await read(object, (chunk) => hash.update(chunk));
    }
  }
  if (hash.digest('hex') !== entry.sha256) {
    throw contentDiffers(set, entry.bytes[0].object, entry.path);
  }
}

/** A piece of a bundle that comes next: bytes that can only be these, or a file's content. */
type Piece = { readonly entry: IndexEntry } & (
  { readonly bytes: Buffer } | { readonly length: number; readonly sha256: string }
);

/** Compares a bundle with what its entries make it. */
class BundleChecker {
  private readonly pieces: Iterator<Piece, undefined>;
  private piece: Piece | undefined;
  /** Bytes of the current piece that were seen. */
  private seen = 0;
  private hash = createHash('sha256');

  constructor(
    private readonly set: string,
    private readonly key: string,
    entries: readonly IndexEntry[],
  ) {
    this.pieces = this.expected(entries);
    this.piece = this.pieces.next().value;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const { piece } = this;
      if (piece === undefined) {
        throw objectDamaged(this.set, this.key, 'holds more than its index says');
      }
      const length = lengthOf(piece) - this.seen;
      const part = chunk.subarray(at, at + length);
      this.compare(piece, part);
      at += part.length;
      this.seen += part.length;
      this.advance();
    }
  }

  finish(): void {
    this.advance();
    if (this.piece !== undefined) {
      throw objectDamaged(this.set, this.key, 'holds less than its index says');
    }
  }

  private compare(piece: Piece, part: Buffer): void {
    if (!('bytes' in piece)) {
      this.hash.update(part);
    } else if (!part.equals(piece.bytes.subarray(this.seen, this.seen + part.length))) {
      throw this.differs(piece.entry);
    }
  }

  private advance(): void {
    while (this.piece !== undefined && this.seen === lengthOf(this.piece)) {
      if ('sha256' in this.piece && this.hash.digest('hex') !== this.piece.sha256) {
        throw this.differs(this.piece.entry);
      }
      this.hash = createHash('sha256');
      this.seen = 0;
      this.piece = this.pieces.next().value;
    }
  }

  private *expected(entries: readonly IndexEntry[]): Generator<Piece, undefined> {
    let at = 0;
    for (const entry of entries) {
      const size = entry.type === 'file' ? entry.size : 0;
      const header = tarHeader({ ...entry, size, target: entry.type === 'symlink' ? entry.target : '' });
      if (bundlePlace(entry)?.at !== at + header.length) {
        throw this.differs(entry);
      }
      yield { entry, bytes: header };
      if (entry.type === 'file') {
        yield { entry, length: size, sha256: entry.sha256 };
        yield { entry, bytes: Buffer.alloc(paddingOf(size)) };
      }
      at += header.length + size + paddingOf(size);
    }
    yield { entry: entries[entries.length - 1], bytes: TAR_END };
    return undefined;
  }

  private differs(entry: IndexEntry): Error {
    return contentDiffers(this.set, this.key, entry.path);
  }
}

function lengthOf(piece: Piece): number {
  return 'bytes' in piece ? piece.bytes.length : piece.length;
}
