import { setTimeout as pause } from 'node:timers/promises';
import { BackupError } from '../errors/backup.error.js';
import { DEADLOCK, errorNumber } from './database.errors.js';
import { describeAddress, type ServerConnection } from './server-connection.js';

/** How long to try, milliseconds. */
const GIVES_UP_AFTER = 30_000;
/** Lets those who wait get their turn, milliseconds. */
const BETWEEN_WAITS = 250;

/**
 * Takes locks that may not be free: waits a second at a time, and lets everybody else have their turn in between, for
 * half a minute in all.
 *
 * @param letGo gives up what an attempt has taken
 * @throws BackupError `busy` when they do not get free in time
 */
export async function takeInTurns(
  connection: ServerConnection,
  take: () => Promise<void>,
  letGo: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const givesUpAt = performance.now() + GIVES_UP_AFTER;
  // whoever comes to write meanwhile waits behind the one who waits for the lock, and may not do so for long
  await connection.waitForLocks('briefly');
  try {
    while (!(await isTaken(take, letGo, givesUpAt))) {
      await pause(BETWEEN_WAITS);
    }
  } finally {
    await connection.waitForLocks('patiently');
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

/** What to say of a backup that did not get its lock: `busy` is about that, whatever else an error is about. */
export function backupLockError(error: unknown, connection: ServerConnection): unknown {
  if (error instanceof BackupError && error.code === 'busy') {
    return new BackupError(
      'busy',
      `The backup lock on ${describeAddress(connection.address)} was not free in time: a long statement, a migration or another backup holds it; try again when it is done.`,
      { cause: error.cause },
    );
  }
  return error;
}
