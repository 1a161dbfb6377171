import type { ServerConnection } from '../server-connection.js';
import { runStatement } from '../row-stream/raw-query.js';
import { despiteDeadlocks } from '../despite-deadlocks.js';
import type { StatementsTask } from './engine-tasks.js';

/** Runs statements one after another in a schema, with foreign key checks off. */
export async function runStatements(
  connection: ServerConnection,
  task: StatementsTask,
  signal: AbortSignal,
): Promise<undefined> {
  await connection.use(task.database);
  await connection.set('foreign_key_checks=0');
  for (const statement of task.statements) {
    // tables that refer to one another lock each other when they are made side by side
    await despiteDeadlocks(() => runStatement(connection, [Buffer.from(statement)], signal));
  }
  return undefined;
}
