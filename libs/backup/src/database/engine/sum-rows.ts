import { readObject } from '../../backup-set/object-reader.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { RowSum } from '../row-stream/row-sum.js';
import type { ServerConnection } from '../server-connection.js';
import { insertHeader, selectRows, WHOLE_TABLE, type TableShape } from '../table-rows.js';
import type { SumObjectTask, SumResult, SumTableTask } from './engine-tasks.js';
import type { Pace } from '../../engine/pace.js';
import type { ProgressReporter } from '../../engine/progress-reporter.js';
import { StatementSplitter } from './statement-splitter.js';
import { readRows, tableEncoder } from './table-reader.js';

/** Sums the rows that stand in a data object. */
export async function sumObject(
  storage: BackupStorage,
  task: SumObjectTask,
  identity: string | null,
  signal: AbortSignal,
  pace: Pace,
): Promise<SumResult> {
  const sum = rowSum(task);
  const splitter = new StatementSplitter(insertHeader(task.shape));
  const consume = async (chunk: Buffer): Promise<void> => {
    for (const statement of splitter.push(chunk)) {
      if (splitter.holdsRows(statement)) {
        sum.add(statement);
      }
    }
    pace.spend(chunk.length);
    await pace.due(signal);
  };
  await readObject(storage, task.object, identity, consume, signal);
  return { rows: sum.rows, sum: sum.digest() };
}

/** Sums the rows of a table, in whatever order the server has them. */
export async function sumTable(
  connection: ServerConnection,
  task: SumTableTask,
  signal: AbortSignal,
  progress: ProgressReporter,
  pace: Pace,
): Promise<SumResult> {
  const { shape } = task;
  const sum = rowSum(task);
  const encoder = tableEncoder(shape, (statement) => {
    sum.add(statement);
    progress.add(statement.length, 0);
    pace.spend(statement.length);
  });
  await connection.use(task.database);
  const select = selectRows({ ...shape, key: [], keyName: '' }, WHOLE_TABLE);
  const onRow = (buffer: Buffer, offset: number, end: number): void => {
    encoder.row(buffer, offset, end);
    pace.holdBack(connection, signal);
  };
  await readRows(connection, { shape, select, encoder, onRow }, signal);
  encoder.finishStatement();
  return { rows: sum.rows, sum: sum.digest() };
}

function rowSum({ shape, json }: { readonly shape: TableShape; readonly json: readonly string[] }): RowSum {
  const places = shape.columns.flatMap((column, index) => (json.includes(column.name) ? [index] : []));
  return new RowSum(insertHeader(shape), new Set(places));
}
