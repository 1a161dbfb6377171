import { setTimeout as pause } from 'node:timers/promises';
import type { ServerConnection } from '../server-connection.js';
import { quoteQualified } from '../sql.js';
import { restoreStillRuns } from './restore.errors.js';
import { UNDO_TABLE } from './undo-record.js';

/** How long an ended session may take to be gone, milliseconds. */
const ENDS_WITHIN = 15_000;
const BETWEEN_LOOKS = 50;
/** Uptime is given in whole seconds: two readings of when the server started may differ by that much, seconds. */
const START_TOLERANCE = 2;

/**
 * Writes down that this session works on a restore's tables. A server goes on with a statement whose client has died,
 * and a RENAME that still waits for a lock would then happen after everybody believes that it did not.
 *
 * A named lock would do as well, but a session that holds one is not shown tables that others are changing.
 *
 * @see endSwapSession
 * @see https://mariadb.com/kb/en/information-schema-tables/ (warning 1684)
 */
export async function claimSwap(connection: ServerConnection, undo: string): Promise<void> {
  await connection.query(`UPDATE ${quoteQualified(undo, UNDO_TABLE)} SET session = CONNECTION_ID(), server_start = ?`, [
    await readServerStart(connection),
  ]);
}

/** Ends the session that {@link claimSwap} wrote down, if it is still there, and takes its place. */
export async function endSwapSession(connection: ServerConnection, undo: string): Promise<void> {
  const [{ session, serverStart }] = await connection.query(
    `SELECT session, server_start AS serverStart FROM ${quoteQualified(undo, UNDO_TABLE)} WHERE id = 1`,
  );
  const isSameServer = Math.abs(Number(serverStart) - (await readServerStart(connection))) <= START_TOLERANCE;
  if (session !== null && isSameServer && Number(session) !== connection.threadId) {
    await endSession(connection, Number(session));
    await waitUntilGone(connection, Number(session), undo);
  }
  await claimSwap(connection, undo);
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

async function endSession(connection: ServerConnection, id: number): Promise<void> {
  // it may have ended by itself meanwhile
  await connection.query(`KILL ${String(id)}`).catch(() => undefined);
}

async function waitUntilGone(connection: ServerConnection, id: number, undo: string): Promise<void> {
  const givesUpAt = performance.now() + ENDS_WITHIN;
  while (
    (await connection.query('SELECT 1 AS found FROM information_schema.PROCESSLIST WHERE ID = ?', [id])).length > 0
  ) {
    if (performance.now() > givesUpAt) {
      throw restoreStillRuns(undo);
    }
    await pause(BETWEEN_LOOKS);
  }
}

/** When the server started, epoch seconds: session numbers begin anew then. */
async function readServerStart(connection: ServerConnection): Promise<number> {
  const [status] = await connection.query("SHOW GLOBAL STATUS LIKE 'Uptime'");
  const [{ now }] = await connection.query('SELECT UNIX_TIMESTAMP() AS now');
  return Number(now) - Number(status.Value);
}
