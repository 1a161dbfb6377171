import { findMysql } from './find-mysql.js';
import { findServer } from './find-server.js';
import { ensureProgram } from './programs.js';
import { REDIS_PACKAGES } from './throwaway-redis.js';
import { startMysql } from './throwaway-server.js';

/**
 * @typedef {object} TestServers
 * @property {string} description lines for the user, without secrets
 * @property {NodeJS.ProcessEnv} environment what tests need to know
 * @property {() => Promise<void>} stop ends the servers that were started here
 */

/**
 * Starts the servers that tests use: MariaDB (or the server of DATABASE_URL), and MySQL where it can be had.
 *
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<TestServers>}
 */
export async function startTestServers({ signal } = {}) {
  const results = await Promise.allSettled([startMain(signal), startSecond(signal)]);
  const started = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  return {
    description: started.map(({ description }) => description).join('\n'),
    environment: Object.fromEntries(started.flatMap(({ environment }) => Object.entries(environment))),
    stop,
  };
}

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<TestServers>}
 */
async function startMain(signal) {
  await ensureProgram('zstd', ['zstd'], { signal });
  await ensureProgram('age', ['age'], { signal });
  await ensureProgram('mariadb', ['mariadb-client-core'], { signal });
  // started by the tests that need it, of which several may run at once
  await ensureProgram('redis-server', REDIS_PACKAGES, { signal });
  const { url, description, stop } = await findServer({ signal });
  return { description: `Tests use ${description}`, environment: { TEST_DATABASE_URL: url }, stop };
}

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<TestServers>}
 */
async function startSecond(signal) {
  const programs = await findMysql({ signal });
  if ('missing' in programs) {
    return {
      description: `Tests of MySQL are skipped: ${programs.missing}`,
      environment: { TEST_MYSQL_MISSING: programs.missing },
      stop: () => Promise.resolve(),
    };
  }
  // else accounts of tests could make no triggers: MySQL writes a binary log unless told otherwise
  const options = ['--log-bin-trust-function-creators=1'];
  const server = await startMysql({ program: programs.server, options, signal });
  return {
    description: `Tests use a throw-away MySQL on port ${server.port}`,
    environment: {
      TEST_MYSQL_URL: server.url,
      TEST_MYSQL_CLIENT: programs.client,
      TEST_MYSQL_SERVER: programs.server,
    },
    stop: () => server.stop(),
  };
}
