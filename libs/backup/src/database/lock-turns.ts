import { setTimeout as pause } from 'node:timers/promises';
import { BackupError } from '../errors/backup.error.js';
import { errorNumber } from './database.errors.js';
import type { ServerConnection } from './server-connection.js';

const DEADLOCK = 1213;
/** Whoever comes to write meanwhile waits behind the one who waits for the lock, and may not do so for long; seconds. */
const ONE_WAIT = 1;
/** Lets those who wait get their turn, milliseconds. */
const BETWEEN_WAITS = 250;

/**
 * Takes locks that may not be free: waits a second at a time, and lets everybody else have their turn in between, until
 * the session's `lock_wait_timeout` is over.
 *
 * @param letGo gives up what an attempt has taken
 * @throws BackupError `busy` when they do not get free in time
 */
export async function takeInTurns(
  connection: ServerConnection,
  take: () => Promise<void>,
  letGo: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const [{ patience }] = await connection.query('SELECT @@lock_wait_timeout AS patience');
  const givesUpAt = performance.now() + Number(patience) * 1000;
  await connection.query('SET SESSION lock_wait_timeout=?', [ONE_WAIT]);
  try {
    while (!(await isTaken(take, letGo, givesUpAt))) {
      await pause(BETWEEN_WAITS);
    }
  } finally {
    await connection.query('SET SESSION lock_wait_timeout=?', [Number(patience)]);
  }
}

async function isTaken(take: () => Promise<void>, letGo: () => Promise<void>, givesUpAt: number): Promise<boolean> {
  try {
    await take();
    return true;
  } catch (error) {
    const isBusy = errorNumber(error) === DEADLOCK || (error instanceof BackupError && error.code === 'busy');
    if (!isBusy) {
      throw error;
    }
    await letGo();
    if (performance.now() >= givesUpAt) {
      throw error;
    }
    return false;
  }
}
