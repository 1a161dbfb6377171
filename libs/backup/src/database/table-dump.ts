import type { ObjectFormat } from '../backup-set/object-format.js';
import type { ObjectRecord, RangeRecord } from '../backup-set/manifest.js';
import type { TableJob } from './described-schema.js';
import type { EarlierRange, EarlierTable } from './earlier-tables.js';
import { SHORT_BYTES, type BoundsResult, type DumpResult } from './engine/engine-tasks.js';
import type { EnginePool } from './engine/engine-pool.js';
import { divide, fineRangeBytes, rangeRowsExponent } from './table-bounds.js';
import { WHOLE_TABLE, type KeyInterval } from './table-rows.js';

/** Rows of a table that is thought to be small which are read before it is taken for a large one. */
const SMALL_TABLE_ROWS = 65_536;
/**
 * The same for a table that is thought to be large and to have fewer rows: the server's statistics are none while they are
 * made anew, and each row would become a range.
 */
const MEASURED_ROWS = 100;
/** Bounds that are looked for at a time: while they are read up to, the next ones are found. */
const BOUNDS_A_THREAD = 4;

/** What the tables of a dump have in common. */
export interface TableDumpSettings {
  readonly set: string;
  readonly format: ObjectFormat;
  /** Plain bytes of a range, at most. */
  readonly rangeBytes: number;
  /** Whether smaller tables have smaller ranges. */
  readonly hasFineRanges: boolean;
  readonly maxAllowedPacket: number;
  /** Told of objects that are complete. */
  readonly onStored: (objects: readonly ObjectRecord[]) => void;
}

export interface DumpedTable {
  /** In key order. */
  readonly ranges: readonly RangeRecord[];
  readonly objects: readonly ObjectRecord[];
  readonly longestStatement: number;
  readonly longestRow: number;
  readonly hasTypedDocuments: boolean;
}

/**
 * Reads one table: at once when it is small, else in parts that any thread may take. A table that was thought to be small
 * is divided when it turns out not to be. Of a table that an earlier set has, only what changed is stored.
 */
export class TableDump {
  private readonly rangeBytes: number;

  constructor(
    private readonly pool: EnginePool,
    private readonly settings: TableDumpSettings,
    private readonly job: TableJob,
    /** What an earlier set has of it; null: nothing. */
    private readonly earlier: EarlierTable | null,
  ) {
    const { rangeBytes, hasFineRanges } = settings;
    this.rangeBytes = hasFineRanges ? fineRangeBytes(job.table.dataBytes, rangeBytes) : rangeBytes;
  }

  async run(): Promise<DumpedTable> {
    const results = await (this.earlier === null ? this.results() : this.changes(this.earlier));
    return {
      ranges: results.flatMap((result) => result.ranges),
      objects: results.flatMap((result) => result.objects),
      longestStatement: Math.max(0, ...results.map((result) => result.longestStatement)),
      longestRow: Math.max(0, ...results.map((result) => result.longestRow)),
      hasTypedDocuments: results.some((result) => result.hasTypedDocuments),
    };
  }

  private get hasKey(): boolean {
    return this.job.shape.key.length > 0;
  }

  /** Of the rows that are wanted; null: all. */
  private get condition(): string | null {
    const { subset } = this.job;
    return subset?.kind === 'where' ? subset.condition : null;
  }

  private async results(): Promise<DumpResult[]> {
    const { dataBytes, rowCount } = this.job.table;
    if (!this.hasKey) {
      return [await this.read(WHOLE_TABLE, 1, null)];
    }
    if (dataBytes < this.rangeBytes * 1.5) {
      return this.measured(WHOLE_TABLE, 1, SMALL_TABLE_ROWS);
    }
    return rowCount < MEASURED_ROWS
      ? this.measured(WHOLE_TABLE, 1, MEASURED_ROWS)
      : this.large(WHOLE_TABLE, dataBytes / rowCount);
  }

  /** Keeps the division that the earlier set has, and stores the ranges whose rows are not the same. */
  private async changes({ ranges, ...known }: EarlierTable): Promise<DumpResult[]> {
    const running = ranges.map(async (earlier) =>
      (await this.isUnchanged(earlier))
        ? [{ ...known, ranges: [earlier.range], objects: [earlier.object], rest: null }]
        : this.changed(earlier),
    );
    await Promise.allSettled(running);
    return (await Promise.all(running)).flat();
  }

  /**
   * Reads the rows without storing them: what changed is read twice, and what did not, which is nearly all, costs neither
   * compression nor storage.
   */
  private async isUnchanged({ range, object }: EarlierRange): Promise<boolean> {
    const { database, shape } = this.job;
    const { from, to } = range;
    const interval = { from, to };
    const { plainSha256 } = await this.pool.run({
      kind: 'compare',
      database,
      shape,
      interval,
      condition: this.condition,
      isShort: object.plainSize <= SHORT_BYTES && this.condition === null,
    });
    return plainSha256 === object.plainSha256;
  }

  /** A range that grew much is divided. */
  private changed({ range: { from, to, rows } }: EarlierRange): Promise<DumpResult[]> {
    return this.hasKey ? this.measured({ from, to }, 2, Math.max(SMALL_TABLE_ROWS, 2 * rows)) : this.results();
  }

  /** Reads the first rows and, by their size, divides what is left. */
  private async measured(interval: KeyInterval, ranges: number, rows: number): Promise<DumpResult[]> {
    const result = await this.read(interval, ranges, rows);
    if (result.rest === null) {
      return [result];
    }
    const bytes = result.objects.reduce((sum, object) => sum + object.plainSize, 0);
    return [result, ...(await this.large({ from: result.rest, to: interval.to }, bytes / rows))];
  }

  /** Looks for bounds, and reads what lies between them meanwhile. */
  private async large(interval: KeyInterval, rowBytes: number): Promise<DumpResult[]> {
    const exponent = rangeRowsExponent(rowBytes, this.rangeBytes);
    const most = this.pool.size * BOUNDS_A_THREAD;
    const running: Promise<DumpResult>[] = [];
    try {
      for (let left: KeyInterval | null = interval; left !== null;) {
        const keys: BoundsResult['keys'] = await this.bounds(left, exponent, most);
        const parts = divide(left, keys);
        // the last part goes on to bounds that are still to be found
        left = keys.length < most ? null : parts.splice(-1)[0];
        // a part is about a range already: only one that turns out much larger is cut again
        running.push(...parts.map((part) => this.read(part, 2, null)));
      }
    } finally {
      await Promise.allSettled(running);
    }
    return Promise.all(running);
  }

  private async bounds({ from, to }: KeyInterval, exponent: number, most: number): Promise<BoundsResult['keys']> {
    const { database, shape } = this.job;
    // the key that the interval starts with is a bound already
    const after = from === null ? null : { ...from, inclusive: false };
    const { keys } = await this.pool.run({
      kind: 'bounds',
      database,
      shape,
      interval: { from: after, to },
      exponent,
      most,
    });
    return keys;
  }

  private async read(interval: KeyInterval, ranges: number, rowLimit: number | null): Promise<DumpResult> {
    const { job, settings } = this;
    const result = await this.pool.run({
      kind: 'dump',
      // what the user wrote is not sent along with other statements
      isShort: job.table.dataBytes <= SHORT_BYTES && this.condition === null,
      set: settings.set,
      database: job.database,
      shape: job.shape,
      interval,
      rowLimit,
      condition: this.condition,
      rangeBytes: this.rangeBytes * ranges,
      format: settings.format,
      objectPrefix: job.objectPrefix,
      counter: job.counter,
      maxAllowedPacket: settings.maxAllowedPacket,
    });
    settings.onStored(result.objects);
    return result;
  }
}
