import { createHash } from 'node:crypto';
import type { ServerConnection } from '../server-connection.js';
import { rowsPreamble, selectRows } from '../table-rows.js';
import type { ProveResult, ProveTask } from './engine-tasks.js';
import type { Pace } from '../../engine/pace.js';
import type { ProgressReporter } from '../../engine/progress-reporter.js';
import { readRows, tableEncoder } from './table-reader.js';

/** Reads a range's rows as the dump did and gives their count and the hash of the object they would make. */
export async function proveRange(
  connection: ServerConnection,
  task: ProveTask,
  signal: AbortSignal,
  progress: ProgressReporter,
  pace: Pace,
): Promise<ProveResult> {
  const hash = createHash('sha256').update(rowsPreamble(task.shape));
  const encoder = tableEncoder(task.shape, (statement) => {
    hash.update(statement);
    progress.add(statement.length, 0);
    pace.spend(statement.length);
  });
  await connection.use(task.database);
  await readRows(
    connection,
    task.shape,
    selectRows(task.shape, task.interval),
    encoder,
    (buffer, offset, end) => {
      encoder.row(buffer, offset, end);
      pace.holdBack(connection, signal);
    },
    signal,
  );
  encoder.finishStatement();
  return { rows: encoder.rows, plainSha256: hash.digest('hex') };
}
