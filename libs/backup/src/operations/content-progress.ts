import type { BackupSources } from './backup-sources.js';

export interface StoreProgress {
  /** 0 to 1. */
  readonly fraction: number;
  /** Plain bytes. */
  readonly bytes: number;
  readonly rows: number;
}

export interface ContentProgressOptions {
  readonly sources: BackupSources;
  /** Plain bytes that there will be, going by an earlier set; null: nobody knows. */
  readonly expectedBytes: number | null;
  readonly onProgress: (progress: StoreProgress) => void;
}

/** The share of the databases where nothing tells how much there is of either. */
const HALF = 0.5;
/** Whatever an earlier set says: there is something left to do for the files. */
const MOST = 0.98;

/** Progress of databases and then files as one, weighted by their bytes as far as those are known. */
export class ContentProgress {
  private share: number;
  private dumped: StoreProgress = { fraction: 0, bytes: 0, rows: 0 };

  constructor(private readonly options: ContentProgressOptions) {
    const { databases, roots } = options.sources;
    this.share = databases.length === 0 ? 0 : roots.length === 0 ? 1 : HALF;
  }

  databases(progress: StoreProgress): void {
    const { expectedBytes, sources } = this.options;
    this.dumped = progress;
    if (sources.roots.length > 0 && expectedBytes !== null && progress.fraction > 0) {
      this.share = Math.min(progress.bytes / progress.fraction / expectedBytes, MOST);
    }
    this.options.onProgress({ ...progress, fraction: progress.fraction * this.share });
  }

  files({ fraction, bytes }: Pick<StoreProgress, 'fraction' | 'bytes'>): void {
    this.options.onProgress({
      fraction: this.share + fraction * (1 - this.share),
      bytes: this.dumped.bytes + bytes,
      rows: this.dumped.rows,
    });
  }
}
