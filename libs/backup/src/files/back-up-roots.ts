import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { FileRootRecord, ObjectRecord } from '../backup-set/manifest.js';
import type { ObjectFormat } from '../backup-set/object-format.js';
import { placeOf, type HeldObject } from '../backup-set/set-objects.js';
import type { SetIdentities } from '../encryption/set-key.js';
import type { EngineLoad, EngineProgress } from '../engine/thread-messages.js';
import type { StorageConfiguration } from '../storage/backup-storage.js';
import { fromText, toText } from './byte-path.js';
import { findRoot, type FileRoot, type FoundRoot } from './file-root.js';
import type { EarlierRoot } from './earlier-entries.js';
import type { PackedEntries } from './pack-entries.js';
import type { ForbiddenPath, ScanOptions } from './scan-root.js';
import type { LargeFile } from './stored-entries.js';
import { FilePool } from './threads/file-pool.js';
import type { RootObjects } from './threads/file-tasks.js';

/** Roots of one kind, and the folder of a set that they go to. */
export type RootKind = 'files' | 'configuration';

export type RootOfKind = FileRoot & { readonly kind: RootKind };

/** The roots of the set that is built on. */
export interface EarlierRoots {
  readonly roots: readonly EarlierRoot[];
  /** Open their indexes. */
  readonly identities: SetIdentities;
}

export interface BackUpRootsOptions {
  readonly roots: readonly RootOfKind[];
  readonly set: string;
  readonly storageConfiguration: StorageConfiguration;
  readonly format: ObjectFormat;
  /** What is unchanged since is referred to; null: everything is stored. */
  readonly earlier: EarlierRoots | null;
  /** Path of a copy of a root's index that this host can read; null: none is wanted. */
  readonly indexCopyOf: (folder: string) => string | null;
  readonly threads: number;
  readonly load: EngineLoad;
  /** Leave out what cannot be read, with a warning, instead of failing. */
  readonly allowPartial: boolean;
  readonly signal: AbortSignal;
  /** Told of objects that are complete. */
  readonly onStored: (objects: readonly ObjectRecord[]) => void;
  readonly onProgress: (progress: { readonly fraction: number; readonly bytes: number }) => void;
}

export interface BackedUpRoot {
  readonly record: FileRootRecord;
  /** Its own, and those of earlier sets that it refers to. */
  readonly objects: readonly ObjectRecord[];
  /** What a restore by hand has to put in its place. */
  readonly large: readonly LargeFile[];
}

export interface BackedUpRoots {
  readonly files: readonly BackedUpRoot[];
  readonly configuration: readonly BackedUpRoot[];
  readonly warnings: readonly string[];
}

/** Lines in the manifest about entries that were left out; the rest is counted. */
const MOST_WARNINGS = 1000;

/** Writes the objects of file roots into a set. Nothing of a file passes through the calling thread. */
export async function backUpRoots(options: BackUpRootsOptions): Promise<BackedUpRoots> {
  const backup = new RootsBackup(options);
  try {
    return await backup.run();
  } finally {
    await backup.close();
  }
}

/** How a root is walked. */
interface RootScan {
  readonly root: RootOfKind;
  readonly found: FoundRoot;
  readonly scan: ScanOptions;
}

/** A batch that is on its way, in the order of the index. */
type Pending = Promise<PackedEntries>;

class RootsBackup {
  private readonly abort = new AbortController();
  /** One thread that walks the roots and writes their indexes. */
  private readonly scanner: FilePool;
  private readonly packers: FilePool;
  private readonly warnings: string[] = [];
  private warned = 0;
  private bytes = 0;
  /** Null: not known yet. */
  private expected: number | null = null;

  constructor(private readonly options: BackUpRootsOptions) {
    const identities: SetIdentities = options.earlier?.identities ?? new Map();
    const settings = { storage: options.storageConfiguration, identities, load: options.load };
    const signal = AbortSignal.any([options.signal, this.abort.signal]);
    const onProgress = (progress: EngineProgress): void => {
      this.bytes += progress.bytes;
      this.report();
    };
    this.scanner = new FilePool(1, settings, onProgress, signal);
    this.packers = new FilePool(options.threads, settings, onProgress, signal);
  }

  async run(): Promise<BackedUpRoots> {
    const { roots } = this.options;
    const found = roots.map((root) => ({ root, found: findRoot(root) }));
    const scans = found.map((each): RootScan => ({ ...each, scan: this.scanOptions(each.root, found) }));
    const [done] = await Promise.all([this.backUpAll(scans), this.measure(scans)]);
    if (this.warned > MOST_WARNINGS) {
      this.warnings.push(`${String(this.warned - MOST_WARNINGS)} more could not be read`);
    }
    return { ...done, warnings: this.warnings };
  }

  async close(): Promise<void> {
    this.abort.abort();
    await Promise.all([this.scanner.close(), this.packers.close()]);
  }

  private async backUpAll(scans: readonly RootScan[]): Promise<Record<RootKind, BackedUpRoot[]>> {
    const done: Record<RootKind, BackedUpRoot[]> = { files: [], configuration: [] };
    for (const scan of scans) {
      done[scan.root.kind].push(await this.backUp(scan));
    }
    return done;
  }

  private async backUp({ root, found: { kind, base, file }, scan }: RootScan): Promise<BackedUpRoot> {
    const { set, format, allowPartial, threads } = this.options;
    const counter = new SharedArrayBuffer(4);
    const objects: RootObjects = { set, folder: `${root.kind}/${root.name}`, format, counter };
    const pack = { root: root.name, base: fromText(base), allowPartial };
    const total = new RootTotal();
    const earlier = this.earlierOf(root);
    const indexCopy = this.options.indexCopyOf(objects.folder);
    await this.scanner.run({ kind: 'begin root', scan, pack, objects, earlier, indexCopy });
    const pending: Pending[] = [];
    const takeFirst = async (): Promise<void> => {
      const packed = await pending[0];
      void pending.shift();
      await this.scanner.run({ kind: 'index', lines: packed.index });
      total.add(packed);
      this.options.onStored(packed.objects);
      this.warn(packed.warnings);
    };
    try {
      for (let isLast = false; !isLast;) {
        const batch = await this.scanner.run({ kind: 'scan' });
        ({ isLast } = batch);
        this.warn(batch.warnings);
        pending.push(
          'packed' in batch
            ? Promise.resolve(batch.packed)
            : this.packers.run({ kind: 'pack', pack, entries: batch.entries, objects }),
        );
        // one more than there are threads, so that none of them waits for the scan
        if (pending.length > threads) {
          await takeFirst();
        }
      }
      while (pending.length > 0) {
        await takeFirst();
      }
    } catch (error) {
      this.abort.abort(error);
      await Promise.allSettled(pending);
      throw error;
    }
    const index = await this.scanner.run({ kind: 'end root' });
    const { entries, files, bytes, changed } = total;
    const record = { name: root.name, kind, path: join(base, toText(file)), folder: objects.folder, index: index.key };
    return {
      record: { ...record, entries, files, bytes, changed },
      objects: [index, ...total.objects, ...referredTo(total.earlier, earlier)],
      large: total.large,
    };
  }

  private async measure(scans: readonly RootScan[]): Promise<void> {
    const sizes = await Promise.all(scans.map((scan) => this.expectedBytes(scan)));
    this.expected = sizes.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** What the root had the last time is near enough, and walking it for that would take as long as the backup. */
  private async expectedBytes({ root, scan }: RootScan): Promise<number> {
    const earlier = this.earlierOf(root);
    return earlier?.stored.record.bytes ?? (await this.packers.run({ kind: 'measure', scan })).bytes;
  }

  private earlierOf({ kind, name }: RootOfKind): EarlierRoot | null {
    const folder = `${kind}/${name}`;
    return this.options.earlier?.roots.find(({ stored }) => stored.record.folder === folder) ?? null;
  }

  private scanOptions(
    root: FileRoot,
    all: readonly { readonly root: FileRoot; readonly found: FoundRoot }[],
  ): ScanOptions {
    const others = all
      .filter((other) => other.root !== root)
      .map(({ root: { name }, found }): ForbiddenPath => ({
        path: join(found.base, toText(found.file)),
        what: `file root ${name}`,
      }));
    const { storageConfiguration } = this.options;
    const storage =
      storageConfiguration.driver === 'local'
        ? [{ path: realpathSync(storageConfiguration.folder), what: 'the backup storage' }]
        : [];
    const { name, path, exclude } = root;
    return {
      root: { name, path, exclude },
      forbidden: [...storage, ...others],
      allowPartial: this.options.allowPartial,
    };
  }

  private warn(lines: readonly string[]): void {
    this.warnings.push(...lines.slice(0, Math.max(0, MOST_WARNINGS - this.warned)));
    this.warned += lines.length;
  }

  private report(): void {
    const { expected } = this;
    const fraction = expected === null ? 0 : Math.min(this.bytes / Math.max(expected, this.bytes, 1), 0.99);
    this.options.onProgress({ fraction, bytes: this.bytes });
  }
}

/** What the batches of a root come to. */
class RootTotal {
  readonly objects: ObjectRecord[] = [];
  readonly large: LargeFile[] = [];
  /** Objects of earlier sets. */
  readonly earlier = new Set<string>();
  entries = 0;
  files = 0;
  bytes = 0;
  changed = 0;

  add(packed: PackedEntries): void {
    this.objects.push(...packed.objects);
    this.large.push(...packed.large);
    packed.earlier.forEach((place) => this.earlier.add(place));
    this.entries += packed.entries;
    this.files += packed.files;
    this.bytes += packed.bytes;
    this.changed += packed.changed;
  }
}

function referredTo(places: ReadonlySet<string>, earlier: EarlierRoot | null): HeldObject[] {
  return earlier?.stored.objects.filter((object) => places.has(placeOf(object))) ?? [];
}
