import type { ServerConnection } from './server-connection.js';

/** How long the server waits for a word from a session, seconds. */
export const IDLE_SECONDS = {
  /** That keeps others from writing. */
  blocksWrites: 5,
  /** That keeps others from changing definitions. */
  blocksChanges: 60,
} as const;

/** How often a session that has nothing to say says so, milliseconds. */
const WORD_EVERY = 1000;

/**
 * Does work that others have to wait for. Should this process be stopped, or cut off from the server, that ends the session
 * soon, and what it locks is free; the work then fails.
 */
export async function underIdleLimit<T>(
  connection: ServerConnection,
  seconds: number,
  work: () => Promise<T>,
): Promise<T> {
  const [{ usual }] = await connection.query('SELECT @@SESSION.wait_timeout AS usual');
  const limit = (value: number): Promise<unknown> => connection.query('SET SESSION wait_timeout=?', [value]);
  await limit(seconds);
  const words = setInterval(() => {
    // whoever uses the session meets its end
    connection.query('DO 1').catch(() => undefined);
  }, WORD_EVERY);
  try {
    return await work();
  } finally {
    clearInterval(words);
    await limit(Number(usual)).catch(() => undefined);
  }
}
