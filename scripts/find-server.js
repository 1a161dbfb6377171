import { ensureProgram } from './programs.js';
import { SetupError } from './setup-error.js';
import { MARIADB_PACKAGES, startMariadb } from './throwaway-server.js';

const ANSWER_WITHIN_MILLISECONDS = 10_000;

/**
 * @typedef {object} FoundServer
 * @property {string} url
 * @property {string} description one line for the user, without secrets
 * @property {() => Promise<void>} stop ends the server if it was started here
 */

/**
 * Finds the database server to work with: that of DATABASE_URL, else a throw-away one.
 *
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<FoundServer>}
 */
export async function findServer({ signal } = {}) {
  const url = process.env.DATABASE_URL;
  return url ? useServer(url) : startServer(signal);
}

/**
 * @param {string} url
 * @returns {Promise<FoundServer>}
 */
async function useServer(url) {
  const shown = withoutPassword(url);
  // The dependencies are not there yet when this file is loaded on a fresh machine.
  const { createConnection } = await import('mysql2/promise');
  try {
    const connection = await createConnection({ uri: url, connectTimeout: ANSWER_WITHIN_MILLISECONDS });
    await connection.query('SELECT 1');
    await connection.end();
  } catch (error) {
    throw new SetupError(
      `DATABASE_URL (${shown}) does not answer: ${reasonOf(error)}. Correct it, start that server, or unset it to use ` +
        'a throw-away server.',
      { cause: error },
    );
  }
  return { url, description: `the server of DATABASE_URL, ${shown}`, stop: () => Promise.resolve() };
}

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<FoundServer>}
 */
async function startServer(signal) {
  await ensureProgram('mariadbd', MARIADB_PACKAGES, {
    alternative: ', or set DATABASE_URL to a MariaDB or MySQL server',
    signal,
  });
  const server = await startMariadb({ signal });
  return {
    url: server.url,
    description: `a throw-away MariaDB on port ${server.port}`,
    stop: () => server.stop(),
  };
}

/** @param {string} url */
function withoutPassword(url) {
  try {
    const parsed = new URL(url);
    parsed.password = '';
    parsed.search = '';
    return parsed.href;
  } catch {
    throw new SetupError(
      'DATABASE_URL is not a URL: write it like mysql://user:password@host:3306/database, or unset it to use a ' +
        'throw-away server.',
    );
  }
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  // With several addresses for a name, the message is empty and the code says it.
  return error.message || ('code' in error ? String(error.code) : error.name);
}
