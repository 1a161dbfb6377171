import { createHash } from 'node:crypto';
import type { RowEncoder } from '../row-stream/row-encoder.js';
import type { ServerConnection } from '../server-connection.js';
import { rowsPreamble, selectRows, type TableShape } from '../table-rows.js';
import { RELEASE_TABLES } from './begin-snapshot.js';
import type { CompareTask, ProveTask, RangeHash } from './engine-tasks.js';
import type { Pace } from '../../engine/pace.js';
import type { ProgressReporter } from '../../engine/progress-reporter.js';
import { tableChange } from './table-change.js';
import { readTables, tableEncoder, type RowsToRead } from './table-reader.js';

/**
 * Reads rows of ranges as a dump does and gives their counts and the hashes of the objects they would make.
 *
 * @param tasks of one kind, in one database
 */
export async function hashRanges(
  connection: ServerConnection,
  tasks: readonly (CompareTask | ProveTask)[],
  signal: AbortSignal,
  progress: ProgressReporter,
  pace: Pace,
): Promise<RangeHash[]> {
  const isSnapshot = tasks[0].kind === 'compare';
  const ranges = tasks.map((task) => new RangeHasher(connection, task, signal, progress, pace));
  try {
    await connection.use(tasks[0].database);
    await readTables(connection, ranges, isSnapshot ? RELEASE_TABLES : null, signal);
  } catch (error) {
    throw (isSnapshot ? tableChange(ranges, error) : null) ?? error;
  }
  return ranges.map((range) => range.result());
}

class RangeHasher implements RowsToRead {
  /** Whether all rows have come. */
  hasEnded = false;

  readonly shape: TableShape;
  readonly select: string;
  readonly encoder: RowEncoder;
  private readonly hash = createHash('sha256');

  constructor(
    private readonly connection: ServerConnection,
    readonly task: CompareTask | ProveTask,
    private readonly signal: AbortSignal,
    progress: ProgressReporter,
    private readonly pace: Pace,
  ) {
    const { shape, interval, condition } = task;
    this.shape = shape;
    this.select = selectRows(shape, interval, condition);
    this.hash.update(rowsPreamble(shape));
    this.encoder = tableEncoder(shape, (statement) => {
      this.hash.update(statement);
      progress.add(statement.length, 0);
      pace.spend(statement.length);
    });
  }

  readonly onRow = (buffer: Buffer, offset: number, end: number): void => {
    this.encoder.row(buffer, offset, end);
    this.pace.holdBack(this.connection, this.signal);
  };

  readonly onEnd = (): void => {
    this.hasEnded = true;
    this.encoder.finishStatement();
  };

  result(): RangeHash {
    return { rows: this.encoder.rows, plainSha256: this.hash.digest('hex') };
  }
}
