import { readObject } from '../../backup-set/object-reader.js';
import { objectDamaged } from '../../backup-set/backup-set.errors.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { errorNumber, translateError } from '../database.errors.js';
import { runStatement } from '../row-stream/raw-query.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName } from '../sql.js';
import { OBJECT_PREAMBLE } from '../table-rows.js';
import type { LoadTask } from './engine-tasks.js';
import type { ProgressReporter } from './progress-reporter.js';
import { StatementSplitter } from './statement-splitter.js';

const INSERT = Buffer.from('INSERT INTO ');
const PREAMBLE_STATEMENTS: ReadonlySet<string> = new Set(OBJECT_PREAMBLE.split(';\n').filter((line) => line !== ''));

/** Runs the statements of a data object, in one transaction, while it is read. */
export async function loadObject(
  connection: ServerConnection,
  storage: BackupStorage,
  task: LoadTask,
  signal: AbortSignal,
  progress: ProgressReporter,
): Promise<undefined> {
  await connection.query(`USE ${quoteName(task.database)}`);
  await connection.query(`SET SESSION foreign_key_checks=0, unique_checks=${task.uniqueChecks ? '1' : '0'}`);
  await connection.query('START TRANSACTION');
  const splitter = new StatementSplitter();
  const run = async (statement: Buffer): Promise<void> => {
    if (statement.subarray(0, INSERT.length).equals(INSERT)) {
      await runStatement(connection, statement, signal);
      progress.add(statement.length, 0);
    } else if (!PREAMBLE_STATEMENTS.has(statement.toString('latin1'))) {
      // the session is already as the preamble wants it; anything else was not written by a backup
      throw objectDamaged(task.set, task.object.key, 'holds a statement that no backup writes');
    }
  };
  try {
    await readObject(
      storage,
      task.set,
      task.object,
      async (chunk) => {
        for (const statement of splitter.push(chunk)) {
          await run(statement);
        }
      },
      signal,
    );
    if (splitter.rest() > 0) {
      throw objectDamaged(task.set, task.object.key, 'ends in the middle of a statement');
    }
    await connection.query('COMMIT');
  } catch (error) {
    throw errorNumber(error) > 0 ? translateError(error, connection.address) : error;
  }
  return undefined;
}
