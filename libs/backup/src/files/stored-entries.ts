import type { ObjectRecord } from '../backup-set/manifest.js';
import { placeOf } from '../backup-set/set-objects.js';
import { paddingOf, TAR_BLOCK, TAR_END } from '../tar-block.js';
import type { BytePath } from './byte-path.js';
import type { FileAttributes } from './file-attributes.js';
import { bundlePlace, formatEntry, type FileEntry, type IndexEntry, type Place } from './index-entry.js';
import type { StoredLargeFile } from './large-file-writer.js';
import type { FileFacts } from './open-file.js';
import { PieceWriter, type ObjectPlace } from './piece-writer.js';
import type { ScannedEntry } from './scan-root.js';
import { decimalTime, tarHeader } from './tar-header.js';

/** A file of this size or more is stored by itself, bytes. */
export const LARGE_FILE = 16 * 1024 * 1024;

/** A large file, which a restore by hand has to put in its place. */
export interface LargeFile {
  readonly path: BytePath;
  /** Its parts, in order: key of the object, and the earlier set that has it; null: this one. */
  readonly objects: readonly { readonly set: string | null; readonly key: string }[];
  readonly mode: number;
  /** Seconds since 1970, with nine decimal places. */
  readonly mtime: string;
}

/** What was stored of some entries; plain data. */
export interface StoredBatch {
  readonly objects: readonly ObjectRecord[];
  /** Objects of earlier sets that were referred to: {@link placeOf} of each. */
  readonly earlier: readonly string[];
  /** Lines of the index, in the order of the entries: with their memory to themselves. */
  readonly index: Uint8Array;
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
  readonly changed: number;
  readonly large: readonly LargeFile[];
}

/** A file that was read. */
interface ReadFile {
  readonly path: BytePath;
  readonly facts: FileFacts;
  /** It changed while it was read. */
  readonly isChanged: boolean;
}

/** Stores entries of a root and describes them: small ones in a bundle, a large file by itself. */
export class StoredEntries {
  private readonly objects: ObjectRecord[] = [];
  private readonly earlier = new Set<string>();
  /** The one of them that was referred to last. */
  private latest: Pick<Place, 'set' | 'object'> | null = null;
  private readonly lines: string[] = [];
  private readonly large: LargeFile[] = [];
  private bundle: PieceWriter | null = null;
  private files = 0;
  private bytes = 0;
  private changed = 0;

  constructor(private readonly place: ObjectPlace) {}

  /** A folder or a link, which has no content. */
  addHeader(scanned: ScannedEntry & { readonly type: 'folder' | 'symlink' }): void {
    const { path, mode, uid, gid, mtime, inode, target } = scanned;
    const bundle = this.header({ ...scanned, size: 0 });
    const common = { path, mode, uid, gid, mtime, bundle };
    this.index(
      scanned.type === 'folder' ? { ...common, type: scanned.type, inode } : { ...common, type: scanned.type, target },
    );
  }

  /** A small file, whose content is at hand. */
  addSmall(file: ReadFile & { readonly sha256: string }, content: Buffer): void {
    const { path, facts, sha256 } = file;
    const { length } = content;
    const header = this.header({ ...facts, path, type: 'file', size: length, target: '' });
    const bundle = this.currentBundle();
    bundle.add(content);
    bundle.add(PADDING.subarray(0, paddingOf(length)));
    this.indexFile(file, { size: length, sha256, bytes: [{ ...header, length }] });
  }

  /** A file whose content an earlier set has. */
  addEarlier(entry: FileEntry, now: FileAttributes & Pick<FileEntry, 'ctime'>): void {
    const { mode, uid, gid, mtime, ctime } = now;
    const isRetouched = entry.mode !== mode || entry.uid !== uid || entry.gid !== gid || entry.mtime !== mtime;
    const retouched = isRetouched ? { mode, uid, gid, mtime, retouched: true as const } : {};
    const renewed: FileEntry = isRetouched || entry.ctime !== ctime ? { ...entry, ctime, ...retouched } : entry;
    entry.bytes.forEach(this.refer);
    if (bundlePlace(entry) === null) {
      this.large.push(largeFile(renewed));
    }
    this.index(renewed);
    this.files += 1;
    this.bytes += entry.size;
  }

  /** A large file, which was stored by itself. */
  addLarge(file: ReadFile, { objects, ...content }: StoredLargeFile): void {
    this.objects.push(...objects);
    this.large.push(largeFile(this.indexFile(file, content)));
  }

  /** Waits until the storage has taken most of it. */
  async drained(): Promise<void> {
    await this.bundle?.drained();
  }

  async finish(): Promise<StoredBatch> {
    if (this.bundle !== null) {
      this.bundle.add(TAR_END);
      this.objects.push(await this.bundle.close());
    }
    return {
      objects: this.objects,
      earlier: [...this.earlier],
      index: new TextEncoder().encode(this.lines.join('')),
      entries: this.lines.length,
      files: this.files,
      bytes: this.bytes,
      changed: this.changed,
      large: this.large,
    };
  }

  async abort(): Promise<void> {
    await this.bundle?.abort();
  }

  private readonly refer = ({ set = this.place.set, object }: Place): void => {
    // as most files lie in the bundle of the one before
    if (object !== this.latest?.object || set !== this.latest.set) {
      this.latest = { set, object };
      this.earlier.add(placeOf({ set, key: object }));
    }
  };

  /** Writes an entry's header into the bundle. Gives the place right after it. */
  private header(entry: Parameters<typeof tarHeader>[0]): Place {
    const bundle = this.currentBundle();
    bundle.add(tarHeader(entry));
    return { object: bundle.key, at: bundle.size, length: 0 };
  }

  private index(entry: IndexEntry): void {
    this.lines.push(`${formatEntry(entry)}\n`);
  }

  private indexFile(file: ReadFile, content: Pick<FileEntry, 'size' | 'sha256' | 'bytes'>): FileEntry {
    const { path, facts, isChanged } = file;
    const { mode, uid, gid, mtime, ctime, isSparse } = facts;
    const entry: FileEntry = {
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
    };
    this.index(entry);
    this.files += 1;
    this.bytes += content.size;
    this.changed += isChanged ? 1 : 0;
    return entry;
  }

  private currentBundle(): PieceWriter {
    this.bundle ??= new PieceWriter(this.place, 'bundle');
    return this.bundle;
  }
}

function largeFile({ path, bytes, mode, mtime }: FileEntry): LargeFile {
  return {
    path,
    objects: bytes.map(({ set = null, object }) => ({ set, key: object })),
    mode,
    mtime: decimalTime(BigInt(mtime)),
  };
}

const PADDING = Buffer.alloc(TAR_BLOCK);
