import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './child-process.js';
import { fetchMysql } from './fetch-mysql.js';
import { findProgram } from './programs.js';
import { SetupError } from './setup-error.js';

// The tests hold what came with it, such as VECTOR columns.
const OLDEST_RELEASE = 9;

/**
 * @typedef {object} MysqlPrograms
 * @property {string} server the path of `mysqld`
 * @property {string} client the path of `mysql`
 */

/**
 * Finds a MySQL server, which Debian's stable releases do not have, and its client: those of MYSQLD, of the PATH, or
 * of a cache folder, which is filled from Debian unstable where that is possible.
 *
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<MysqlPrograms | { missing: string }>} `missing`: why there is none, and what to do
 */
export async function findMysql({ signal } = {}) {
  const named = process.env.MYSQLD;
  if (named) {
    if (await isMysql(named, signal)) return withClient(named, signal);
    throw new SetupError(
      `MYSQLD (${named}) is not the server program of MySQL ${OLDEST_RELEASE} or newer. Correct it, or unset it.`,
    );
  }
  const installed = findProgram('mysqld');
  if (installed && (await isMysql(installed, signal))) return withClient(installed, signal);
  return findCached(signal);
}

/** @param {AbortSignal} [signal] */
async function findCached(signal) {
  const home =
    process.env.MYSQL_HOME ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'mysql-unstable');
  const programs = { server: join(home, 'bin', 'mysqld'), client: join(home, 'bin', 'mysql') };
  if (existsSync(programs.server)) return programs;
  const toDo = `set MYSQLD to the mysqld of MySQL ${OLDEST_RELEASE} or newer`;
  if (!(await canFetch())) {
    return { missing: `no MySQL server was found, and one is fetched on Debian amd64 as root only: ${toDo}` };
  }
  try {
    await fetchMysql(home, signal);
  } catch (error) {
    signal?.throwIfAborted();
    // another run may have been faster
    if (!existsSync(programs.server)) {
      return { missing: `MySQL cannot be fetched from Debian (${reasonOf(error)}): ${toDo}` };
    }
  }
  return programs;
}

/**
 * @param {string} server
 * @param {AbortSignal} [signal]
 */
async function withClient(server, signal) {
  for (const client of [join(dirname(server), 'mysql'), findProgram('mysql')]) {
    if (client && (await isMysql(client, signal))) return { server, client };
  }
  return { missing: `${server} is there, but not the client of MySQL: put mysql beside it or on the PATH` };
}

/**
 * MariaDB has programs of the same names.
 *
 * @param {string} program
 * @param {AbortSignal} [signal]
 */
async function isMysql(program, signal) {
  const { output } = await run(program, ['--no-defaults', '--version'], { output: 'collect', signal }).catch(() => ({
    output: '',
  }));
  const release = /\sVer (\d+)\./.exec(output)?.[1];
  return release !== undefined && !output.includes('MariaDB') && Number(release) >= OLDEST_RELEASE;
}

async function canFetch() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version') || !findProgram('apt-get')) return false;
  const { output } = await run('dpkg', ['--print-architecture'], { output: 'collect' });
  return output.trim() === 'amd64';
}

/** @param {unknown} error */
function reasonOf(error) {
  return error instanceof Error ? error.message : String(error);
}
