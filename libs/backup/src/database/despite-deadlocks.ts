import { DEADLOCK, errorNumber } from './database.errors.js';
import type { ServerConnection } from './server-connection.js';

const MOST_ATTEMPTS = 20;

/**
 * Does work again when the server picked it to give way to another session's. Only for what a deadlock undoes as a whole:
 * a transaction, or one statement.
 *
 * @see https://dev.mysql.com/doc/refman/9.7/en/innodb-deadlocks-handling.html
 */
export async function despiteDeadlocks(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (errorNumber(error) !== DEADLOCK || attempt === MOST_ATTEMPTS) {
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
