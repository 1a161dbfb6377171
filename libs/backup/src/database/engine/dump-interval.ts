import type { Bound, ObjectRecord, RangeRecord } from '../../backup-set/manifest.js';
import { objectSuffix } from '../../backup-set/object-format.js';
import { ObjectWriter } from '../../backup-set/object-writer.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { rowTooLarge } from '../database.errors.js';
import type { RowEncoder } from '../row-stream/row-encoder.js';
import type { ServerConnection } from '../server-connection.js';
import { inKeyOrder, rowsPreamble, selectRows, type TableShape } from '../table-rows.js';
import { RELEASE_TABLES } from './begin-snapshot.js';
import type { DumpResult, DumpTask } from './engine-tasks.js';
import type { ThreadContext } from '../../engine/serve-thread.js';
import { tableChange } from './table-change.js';
import { readTables, tableEncoder, type RowsToRead } from './table-reader.js';

/** Reads intervals of tables' rows in one query each and stores them as ranges, one object each. */
export async function dumpIntervals(
  connection: ServerConnection,
  storage: BackupStorage,
  tasks: readonly DumpTask[],
  context: ThreadContext,
): Promise<DumpResult[]> {
  const intervals = tasks.map((task) => new RangeWriter(connection, storage, task, context));
  try {
    await connection.use(tasks[0].database);
    await readTables(connection, intervals, RELEASE_TABLES, context.signal);
    return await Promise.all(intervals.map((ranges) => ranges.result()));
  } catch (error) {
    await Promise.all(intervals.map((ranges) => ranges.abort()));
    throw tableChange(intervals, error) ?? intervals.find(({ failure }) => failure !== null)?.failure ?? error;
  }
}

function limitClause(rows: number | null): string {
  return rows === null ? '' : ` LIMIT ${String(rows)}`;
}

/** Cuts the rows it is given into ranges and writes each to an object of its own. */
class RangeWriter implements RowsToRead {
  /** Why an object could not be stored: the reason behind whatever happened next. */
  failure: unknown = null;

  /** Whether all rows have come. */
  hasEnded = false;

  readonly shape: TableShape;
  readonly select: string;
  readonly encoder: RowEncoder;
  private readonly ranges: RangeRecord[] = [];
  private readonly objects: Promise<ObjectRecord>[] = [];
  private writer: ObjectWriter | null = null;
  private from: Bound | null;
  private key = '';
  /** Of the ranges that have ended. */
  private rows = 0;
  private longestStatement = 0;
  private longestRow = 0;
  private hasRoom = true;
  private rest: Bound | null = null;

  constructor(
    private readonly connection: ServerConnection,
    private readonly storage: BackupStorage,
    readonly task: DumpTask,
    private readonly context: ThreadContext,
  ) {
    this.from = task.interval.from;
    this.shape = task.shape;
    this.select = selectRows(task.shape, task.interval, task.condition) + limitClause(task.rowLimit);
    this.encoder = tableEncoder(task.shape, (statement) => {
      this.take(statement);
    });
  }

  readonly onRow = (buffer: Buffer, offset: number, end: number): void => {
    if (this.failure !== null) {
      throw this.failure instanceof Error ? this.failure : new Error('the object could not be stored');
    }
    const writer = this.writer ?? this.open();
    this.encoder.row(buffer, offset, end);
    if (this.shape.key.length > 0 && writer.size + this.encoder.pendingBytes >= this.task.rangeBytes) {
      const key = this.lastKey();
      this.close({ key, inclusive: true });
      this.from = { key, inclusive: false };
    }
    if (!this.hasRoom || this.context.pace.isAhead) {
      this.hasRoom = true;
      this.waitForRoom(writer);
    }
  };

  readonly onEnd = (): void => {
    this.hasEnded = true;
    const isCutOff = this.rows + this.encoder.rows === this.task.rowLimit;
    const key = isCutOff ? this.lastKey() : null;
    this.rest = key === null ? null : { key, inclusive: false };
    this.close(key === null ? this.task.interval.to : { key, inclusive: true });
  };

  /** When all rows have come. */
  async result(): Promise<DumpResult> {
    return {
      ranges: this.ranges,
      rest: this.rest,
      objects: await Promise.all(this.objects),
      longestStatement: this.longestStatement,
      longestRow: this.longestRow,
      hasTypedDocuments: this.encoder.hasTypedDocuments,
    };
  }

  private lastKey(): string[] {
    return inKeyOrder(this.shape, this.encoder.lastKey());
  }

  async abort(): Promise<void> {
    await this.writer?.abort();
    await Promise.allSettled(this.objects);
  }

  private open(): ObjectWriter {
    const number = Atomics.add(new Int32Array(this.task.counter), 0, 1) + 1;
    const suffix = `.sql${objectSuffix(this.task.format)}`;
    this.key = `${this.task.objectPrefix}.${String(number).padStart(5, '0')}${suffix}`;
    this.writer = new ObjectWriter(this.storage, `${this.task.set}/${this.key}`, this.task.format, this.context.signal);
    this.writer.write(Buffer.from(rowsPreamble(this.shape)));
    return this.writer;
  }

  private take(statement: Buffer): void {
    if (statement.length > this.task.maxAllowedPacket) {
      throw rowTooLarge(this.task.database, this.shape.name, statement.length, this.task.maxAllowedPacket);
    }
    // what follows may take a second at the highest level of compression, and bytes of ten such pieces may have come at once
    this.context.listen();
    this.context.signal.throwIfAborted();
    this.hasRoom = (this.writer?.write(statement) ?? true) && this.hasRoom;
    this.context.progress.add(statement.length, 0);
    this.context.pace.spend(statement.length);
  }

  private close(to: Bound | null): void {
    const { writer } = this;
    if (writer === null) {
      return;
    }
    this.encoder.finishStatement();
    const { rows, statements } = this.encoder;
    this.ranges.push({ from: this.from, to, rows, statements, object: this.key });
    this.rows += rows;
    this.context.progress.add(0, rows);
    this.longestStatement = Math.max(this.longestStatement, this.encoder.longestStatement);
    this.longestRow = Math.max(this.longestRow, this.encoder.longestRow);
    this.encoder.reset();
    this.writer = null;
    const object = writer.close().then((record) => ({ ...record, key: record.key.slice(this.task.set.length + 1) }));
    object.catch((error: unknown) => {
      this.failure ??= error;
    });
    this.objects.push(object);
  }

  private waitForRoom(writer: ObjectWriter): void {
    this.connection.pause();
    void Promise.all([writer.drained(), this.context.pace.due(this.context.signal)]).then(() => {
      this.connection.resume();
    });
  }
}
