import { LARGE_FILE } from './pack-entries.js';
import { scanRoot, type ScannedEntry, type ScanOptions } from './scan-root.js';

/** Bytes of files, and entries, after which a batch ends: what is in one bundle, or its last file is a large one. */
const BATCH_BYTES = 64 * 1024 * 1024;
export const BATCH_ENTRIES = 10_000;

/** Entries of a root, next to each other in path order; plain data. */
export interface ScannedBatch {
  readonly entries: readonly ScannedEntry[];
  readonly warnings: readonly string[];
  readonly isLast: boolean;
}

/** Walks a root and hands it out in batches, each when it is asked for. */
export class BatchScan {
  private readonly scan: Generator<ScannedEntry>;
  private warnings: string[] = [];

  constructor(options: ScanOptions) {
    this.scan = scanRoot(options, (line) => this.warnings.push(line));
  }

  next(): ScannedBatch {
    const entries: ScannedEntry[] = [];
    let bytes = 0;
    let isLast = false;
    while (bytes < BATCH_BYTES && entries.length < BATCH_ENTRIES) {
      const { value, done } = this.scan.next() as IteratorResult<ScannedEntry, undefined>;
      if (done === true) {
        isLast = true;
        break;
      }
      entries.push(value);
      bytes += value.size;
      if (value.size >= LARGE_FILE) {
        break;
      }
    }
    const { warnings } = this;
    this.warnings = [];
    return { entries, warnings, isLast };
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
