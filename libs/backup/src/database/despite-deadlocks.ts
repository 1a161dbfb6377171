import { DEADLOCK, errorNumber, SYNTAX_ERROR } from './database.errors.js';
import type { ServerConnection } from './server-connection.js';

const MOST_ATTEMPTS = 20;

/**
 * Does work again when the server picked it to give way to another session's. Only for what a deadlock undoes as a whole:
 * a transaction, or one statement.
 *
 * @see https://dev.mysql.com/doc/refman/9.7/en/innodb-deadlocks-handling.html
 */
export async function despiteDeadlocks(work: () => Promise<void>): Promise<void> {
  await despite(DEADLOCK, work);
}

/** Does work again that found a table closed which it had opened for itself: FLUSH TABLES of another session does that. */
export async function despiteFlushes(work: () => Promise<void>): Promise<void> {
  await despite(SYNTAX_ERROR, work);
}

async function despite(passingError: number, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (errorNumber(error) !== passingError || attempt === MOST_ATTEMPTS) {
        throw error;
      }
    }
  }
}

/** Runs a statement that changes definitions: those of any other database share pages of MySQL's own tables with these. */
export async function changeDefinition(connection: ServerConnection, statement: string): Promise<void> {
  await despiteDeadlocks(async () => {
    await connection.query(statement);
  });
}
