import { readObject } from '../../backup-set/object-reader.js';
import { objectDamaged } from '../../backup-set/backup-set.errors.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { runStatement } from '../row-stream/raw-query.js';
import type { ServerConnection } from '../server-connection.js';
import { insertHeader, INSERT_HISTORY, rowsPreamble } from '../table-rows.js';
import { divideStatement } from './divide-statement.js';
import { despiteDeadlocks } from '../despite-deadlocks.js';
import type { LoadTask } from './engine-tasks.js';
import type { Pace } from '../../engine/pace.js';
import type { ProgressReporter } from '../../engine/progress-reporter.js';
import { statementSize } from './statement-size.js';
import { StatementSplitter } from './statement-splitter.js';

/**
 * Runs the statements of a data object in one transaction. Ranges of a table that are loaded side by side can meet in a
 * unique index: the one that has to give way starts again.
 */
export async function loadObject(
  connection: ServerConnection,
  storage: BackupStorage,
  task: LoadTask,
  identity: string | null,
  signal: AbortSignal,
  progress: ProgressReporter,
  pace: Pace,
): Promise<undefined> {
  await connection.use(task.database);
  await connection.set(
    'TRANSACTION ISOLATION LEVEL READ COMMITTED',
    'foreign_key_checks=0',
    `unique_checks=${task.uniqueChecks ? '1' : '0'}`,
    ...(task.shape.hasHistory === true ? [INSERT_HISTORY] : []),
  );
  // a single statement that need not be divided is a transaction by itself
  const size = await statementSize(connection, task);
  const isWhole = task.statements === 1 && task.object.plainSize <= size;
  await despiteDeadlocks(async () => {
    if (!isWhole) {
      await connection.query('START TRANSACTION');
    }
    await runObject(connection, storage, task, size, identity, signal, progress, pace);
    if (!isWhole) {
      await connection.query('COMMIT');
    }
  });
  return undefined;
}

async function runObject(
  connection: ServerConnection,
  storage: BackupStorage,
  task: LoadTask,
  size: number,
  identity: string | null,
  signal: AbortSignal,
  progress: ProgressReporter,
  pace: Pace,
): Promise<void> {
  const settings = new Set(rowsPreamble(task.shape).split(';\n'));
  const header = insertHeader(task.shape);
  const splitter = new StatementSplitter(header);
  const run = async (statement: Buffer): Promise<void> => {
    if (splitter.holdsRows(statement)) {
      for (const part of divideStatement(statement, header.length, size)) {
        await runStatement(connection, part, signal);
      }
      progress.add(statement.length, 0);
      pace.spend(statement.length);
      await pace.due(signal);
    } else if (!settings.has(statement.toString('latin1'))) {
      // the session is already as the preamble wants it; anything else was not written by a backup
      throw objectDamaged(task.object.set, task.object.key, 'holds a statement that no backup writes');
    }
  };
  const consume = async (chunk: Buffer): Promise<void> => {
    for (const statement of splitter.push(chunk)) {
      await run(statement);
    }
  };
  await readObject(storage, task.object, identity, consume, signal);
  if (splitter.rest() > 0) {
    throw objectDamaged(task.object.set, task.object.key, 'ends in the middle of a statement');
  }
}
