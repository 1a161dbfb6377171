import type { Connection } from 'mysql2/promise';
import { despiteDeadlocks } from '../../libs/backup/src/database/despite-deadlocks.js';

/** Runs statements one after another. On MySQL, definitions of other test files' databases get in the way of these. */
export async function runEach(connection: Connection, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    await despiteDeadlocks(async () => {
      await connection.query(statement);
    });
  }
}
