import { createHash } from 'node:crypto';
import type { RowEncoder } from '../row-stream/row-encoder.js';
import type { ServerConnection } from '../server-connection.js';
import { rowsPreamble, selectRows, type TableShape } from '../table-rows.js';
import type { ProveResult, ProveTask } from './engine-tasks.js';
import type { Pace } from '../../engine/pace.js';
import type { ProgressReporter } from '../../engine/progress-reporter.js';
import { readTables, tableEncoder, type RowsToRead } from './table-reader.js';

/** Reads rows of ranges as the dump did and gives their counts and the hashes of the objects they would make. */
export async function proveRanges(
  connection: ServerConnection,
  tasks: readonly ProveTask[],
  signal: AbortSignal,
  progress: ProgressReporter,
  pace: Pace,
): Promise<ProveResult[]> {
  const proofs = tasks.map((task) => new RangeProof(connection, task, signal, progress, pace));
  await connection.use(tasks[0].database);
  await readTables(connection, proofs, null, signal);
  return proofs.map((proof) => proof.result());
}

class RangeProof implements RowsToRead {
  readonly shape: TableShape;
  readonly select: string;
  readonly encoder: RowEncoder;
  private readonly hash = createHash('sha256');

  constructor(
    private readonly connection: ServerConnection,
    { shape, interval }: ProveTask,
    private readonly signal: AbortSignal,
    progress: ProgressReporter,
    private readonly pace: Pace,
  ) {
    this.shape = shape;
    this.select = selectRows(shape, interval);
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
    this.encoder.finishStatement();
  };

  result(): ProveResult {
    return { rows: this.encoder.rows, plainSha256: this.hash.digest('hex') };
  }
}
