import type { EarlierEntries, EarlierFile } from './earlier-entries.js';
import { LARGE_FILE } from './stored-entries.js';
import { scanRoot, type ScannedEntry, type ScanOptions } from './scan-root.js';

/** Bytes of files, and entries, after which a batch ends: what is in one bundle, or its last file is a large one. */
const BATCH_BYTES = 64 * 1024 * 1024;
export const BATCH_ENTRIES = 2000;
/** The same for bytes that are not read, of which the bundle has none: a restore divides its work by bundles. */
const BATCH_EARLIER_BYTES = 4 * BATCH_BYTES;

/** What was found, and what the set that is built on has of it. */
export interface BatchEntry {
  readonly scanned: ScannedEntry;
  readonly earlier: EarlierFile | null;
}

/** Whether an entry has content that the set to build on has not, as far as can be known without reading it. */
export function hasToBeRead({ scanned: { type }, earlier }: BatchEntry): boolean {
  return type === 'file' && earlier?.isUnchanged !== true;
}

/** Entries of a root, next to each other in path order; plain data. */
export interface ScannedBatch {
  readonly entries: readonly BatchEntry[];
  readonly warnings: readonly string[];
  readonly isLast: boolean;
}

/** Walks a root and hands it out in batches, each when it is asked for. */
export class BatchScan {
  private readonly scan: Generator<ScannedEntry>;
  private warnings: string[] = [];

  /** @param earlier entries of the set that is built on; null: there is none */
  constructor(
    options: ScanOptions,
    private readonly earlier: EarlierEntries | null,
  ) {
    this.scan = scanRoot(options, (line) => this.warnings.push(line));
  }

  async next(): Promise<ScannedBatch> {
    const entries: BatchEntry[] = [];
    let bytes = 0;
    let earlierBytes = 0;
    let isLast = false;
    while (bytes < BATCH_BYTES && earlierBytes < BATCH_EARLIER_BYTES && entries.length < BATCH_ENTRIES) {
      const { value: scanned, done } = this.scan.next() as IteratorResult<ScannedEntry, undefined>;
      if (done === true) {
        await this.earlier?.finish();
        isLast = true;
        break;
      }
      const earlier = this.earlier?.of(scanned) ?? null;
      const entry = { scanned, earlier: earlier instanceof Promise ? await earlier : earlier };
      entries.push(entry);
      if (!hasToBeRead(entry)) {
        earlierBytes += scanned.size;
        continue;
      }
      bytes += scanned.size;
      if (scanned.size >= LARGE_FILE) {
        break;
      }
    }
    const { warnings } = this;
    this.warnings = [];
    return { entries, warnings, isLast };
  }

  async close(): Promise<void> {
    await this.earlier?.close();
  }
}

export interface RootSize {
  /** Files and links. */
  readonly others: number;
  readonly bytes: number;
}

/** How much there is to back up, as things stand: for progress. */
export function measureRoot(options: ScanOptions): RootSize {
  let others = 0;
  let bytes = 0;
  for (const { type, size } of scanRoot(options, () => undefined)) {
    others += type === 'folder' ? 0 : 1;
    bytes += size;
  }
  return { others, bytes };
}
