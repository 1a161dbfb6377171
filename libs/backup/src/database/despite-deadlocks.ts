import { DEADLOCK, errorNumber } from '../database.errors.js';

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
