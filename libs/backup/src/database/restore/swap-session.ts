import { createHash } from 'node:crypto';
import { restoreStillRuns } from './restore.errors.js';
import type { ServerConnection } from '../server-connection.js';

/** How long an ended session may take to let go of its locks, seconds. */
const ENDS_WITHIN = 15;

/**
 * Marks this session as the one that works on a restore's schemas. A server goes on with a statement whose client has
 * died, and a RENAME that still waits for a lock would then happen after everybody believes that it did not.
 *
 * @see endSwapSession
 */
export async function holdSwap(connection: ServerConnection, undo: string): Promise<void> {
  await connection.query('SELECT GET_LOCK(?, 0) AS taken', [swapLock(undo)]);
}

/** Ends the session that {@link holdSwap} marked, if it is still there, and takes its place. */
export async function endSwapSession(connection: ServerConnection, undo: string): Promise<void> {
  const name = swapLock(undo);
  const [{ holder }] = await connection.query('SELECT IS_USED_LOCK(?) AS holder', [name]);
  if (holder !== null && Number(holder) !== connection.threadId) {
    await endSession(connection, Number(holder));
  }
  const [{ taken }] = await connection.query('SELECT GET_LOCK(?, ?) AS taken', [name, ENDS_WITHIN]);
  if (Number(taken) !== 1) {
    throw restoreStillRuns(undo);
  }
}

/** Ends the sessions that still load a schema for a process that is gone. */
export async function endSessionsOf(connection: ServerConnection, schema: string): Promise<void> {
  const sessions = await connection.query(
    'SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = ? AND ID <> CONNECTION_ID()',
    [schema],
  );
  for (const { id } of sessions) {
    await endSession(connection, Number(id));
  }
}

/** Within the server's limit of 64 characters. */
function swapLock(undo: string): string {
  return `nestjs-backup:swap:${createHash('sha1').update(undo).digest('hex')}`;
}

async function endSession(connection: ServerConnection, id: number): Promise<void> {
  // it may have ended by itself meanwhile
  await connection.query(`KILL ${String(id)}`).catch(() => undefined);
}
