import { createHash, type Hash } from 'node:crypto';
import { objectDamaged } from '../backup-set/backup-set.errors.js';
import { paddingOf, TAR_END } from '../tar-block.js';
import { contentDiffers } from './files.errors.js';
import { bundlePlace, type IndexEntry } from './index-entry.js';
import { tarEntryOf, tarHeader } from './tar-header.js';

/** A piece of a bundle that comes next: bytes that can only be these, or a file's content. */
type Piece = { readonly entry: IndexEntry } & (
  { readonly bytes: Buffer } | { readonly length: number; readonly sha256: string }
);

/** Compares a bundle with what its entries make it, byte by byte, since each header can only be one. */
export class BundleChecker {
  private readonly pieces: Iterator<Piece, undefined>;
  private piece: Piece | undefined;
  /** Bytes of the current piece that were seen. */
  private seen = 0;
  /** Of the current piece; null while nothing of it was seen. */
  private hash: Hash | null = null;

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
      this.hash ??= createHash('sha256');
      this.hash.update(part);
    } else if (!part.equals(piece.bytes.subarray(this.seen, this.seen + part.length))) {
      throw this.differs(piece.entry);
    }
  }

  private advance(): void {
    while (this.piece !== undefined && this.seen === lengthOf(this.piece)) {
      if ('sha256' in this.piece && (this.hash ?? createHash('sha256')).digest('hex') !== this.piece.sha256) {
        throw this.differs(this.piece.entry);
      }
      this.hash = null;
      this.seen = 0;
      this.piece = this.pieces.next().value;
    }
  }

  private *expected(entries: readonly IndexEntry[]): Generator<Piece, undefined> {
    let at = 0;
    for (const entry of entries) {
      const size = entry.type === 'file' ? entry.size : 0;
      const header = tarHeader(tarEntryOf(entry));
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
