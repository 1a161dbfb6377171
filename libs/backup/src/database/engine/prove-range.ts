import { createHash } from 'node:crypto';
import { errorNumber, translateError } from '../database.errors.js';
import { RowEncoder } from '../row-stream/row-encoder.js';
import { streamRows } from '../row-stream/raw-query.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName } from '../sql.js';
import { encodedColumns, insertHeader, OBJECT_PREAMBLE, selectRows } from '../table-rows.js';
import type { ProveResult, ProveTask } from './engine-tasks.js';
import type { ProgressReporter } from './progress-reporter.js';

/** Reads a range's rows as the dump did and gives their count and the hash of the object they would make. */
export async function proveRange(
  connection: ServerConnection,
  task: ProveTask,
  signal: AbortSignal,
  progress: ProgressReporter,
): Promise<ProveResult> {
  const hash = createHash('sha256').update(OBJECT_PREAMBLE);
  const encoder = new RowEncoder(
    encodedColumns(task.shape),
    insertHeader(task.shape),
    task.shape.statementBytes,
    (statement) => {
      hash.update(statement);
      progress.add(statement.length, 0);
    },
  );
  try {
    await connection.query(`USE ${quoteName(task.database)}`);
    await streamRows(
      connection,
      selectRows(task.shape, task.interval),
      (buffer, offset, end) => {
        encoder.row(buffer, offset, end);
      },
      signal,
    );
  } catch (error) {
    throw errorNumber(error) > 0 ? translateError(error, connection.address) : error;
  }
  encoder.finishStatement();
  return { rows: encoder.rows, plainSha256: hash.digest('hex') };
}
