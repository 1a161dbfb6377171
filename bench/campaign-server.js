import { findMysql } from '../scripts/find-mysql.js';
import { SetupError } from '../scripts/setup-error.js';
import { startMariadb, startMysql } from '../scripts/throwaway-server.js';

/** @typedef {import('./bench-server.js').Flavour} Flavour */
/** @typedef {import('../scripts/throwaway-server.js').ThrowawayServer} ThrowawayServer */

/**
 * Starts a server that a campaign has for itself, and names it and its client as tests expect that; whoever does stops it.
 *
 * @param {Flavour} flavour
 * @param {{ signal: AbortSignal, options?: readonly string[] }} settings
 * @returns {Promise<{ name: 'MariaDB' | 'MySQL', url: string, stop: ThrowawayServer['stop'] }>}
 */
export async function startCampaignServer(flavour, { signal, options }) {
  if (flavour === 'mariadb') {
    return named('MariaDB', await startMariadb({ signal, options }));
  }
  const found = await findMysql({ signal });
  if ('missing' in found) {
    throw new SetupError(found.missing);
  }
  // for sets that come back as their README.txt says
  process.env.TEST_MYSQL_CLIENT = found.client;
  return named('MySQL', await startMysql({ program: found.server, signal, options }));
}

/**
 * @template {'MariaDB' | 'MySQL'} Name
 * @param {Name} name
 * @param {ThrowawayServer} server
 */
function named(name, server) {
  return { name, url: server.url, stop: () => server.stop() };
}
