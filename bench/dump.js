import { openSync, closeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureProgram } from '../scripts/programs.js';
import { hostCommand } from './host-command.js';
import { measure } from './measured-run.js';

/** @typedef {import('./bench-site.js').BenchSite} BenchSite */
/** @typedef {import('./contest.js').Contest} Contest */
/** @typedef {import('./contest.js').Contestant} Contestant */

/**
 * What a run leaves stays until the end: where thousands of files were removed a moment ago, ext4 without a journal makes new
 * ones four times as slowly, since it does not take their inodes again at once.
 */
const KEPT = 'kept';

/** @type {Record<import('./bench-server.js').Flavour, string>} */
const STOCK = {
  mariadb: 'mariadb-dump --single-transaction | zstd -1',
  mysql: 'mysqldump --single-transaction | zstd -1',
};
const MYDUMPER = 'mydumper -t 2 (uncompressed)';

/**
 * A dump of the large tables, compressed.
 *
 * @param {BenchSite} site
 * @returns {Promise<Contest>}
 */
export async function largeDump(site) {
  const database = await site.largeDatabase();
  const stock = STOCK[site.server.flavour];
  const { megabytes } = site;
  return {
    title: `Dump of ${megabytes} MB in three tables, zstd level 1`,
    unit: 'MB',
    amount: megabytes,
    contestants: [ours(site, database, 2), stockDump(site, database, stock), await myDumper(site, database)],
    budgets: [
      { against: stock, atMost: 0.55 },
      { against: MYDUMPER, atMost: 1.6 },
    ],
  };
}

/**
 * A dump of many tables with next to nothing in them.
 *
 * @param {BenchSite} site
 * @returns {Promise<Contest>}
 */
export async function smallTablesDump(site) {
  const { name, tables } = await site.smallDatabase();
  const stock = STOCK[site.server.flavour].replace(' | zstd -1', '');
  return {
    title: `Dump of ${tables} small tables`,
    unit: 'tables',
    amount: tables,
    contestants: [ours(site, name, 2, KEPT), stockDump(site, name, stock), await myDumper(site, name, KEPT)],
    budgets: [{ against: stock, atMost: 1 }],
  };
}

/**
 * What a second thread is worth, on two cores that the server uses too.
 *
 * @param {BenchSite} site
 * @returns {Promise<Contest>}
 */
export async function dumpScaling(site) {
  const { name, megabytes } = await site.halfDatabase();
  return {
    title: `Dump of ${megabytes} MB with two threads and with one`,
    unit: 'MB',
    amount: megabytes,
    contestants: [ours(site, name, 2), ours(site, name, 1)],
    budgets: [],
  };
}

/**
 * @param {BenchSite} site
 * @param {string} database
 * @param {number} threads
 * @param {'kept' | 'removed'} [leavings]
 * @returns {Contestant}
 */
function ours(site, database, threads, leavings = 'removed') {
  return {
    name: `backup:create --threads=${threads}`,
    run: async () => {
      const command = ['backup:create', '--type=database', `--database=${database}`, `--threads=${threads}`];
      const measurement = await measure([hostCommand(command, site)], site.server.pid, site.signal);
      if (leavings === 'removed') await site.emptyStorage();
      return measurement;
    },
  };
}

/**
 * @param {BenchSite} site
 * @param {string} database
 * @param {string} name the pipeline in words: compressed, or not
 * @returns {Contestant}
 */
function stockDump(site, database, name) {
  const { server, signal } = site;
  const file = join(site.folder, 'dump.sql');
  return {
    name,
    run: async () => {
      const output = openSync(file, 'w');
      const dump = stockDumpCommand(server, database);
      try {
        return await measure(
          name.endsWith('zstd -1') ? [dump, { program: ['zstd', '-1', '-c', '-q'], output }] : [{ ...dump, output }],
          server.pid,
          signal,
        );
      } finally {
        closeSync(output);
        await rm(file);
      }
    },
  };
}

/**
 * @param {import('./bench-server.js').BenchServer} server
 * @param {string} database
 * @param {...string} tables all of them, unless some are named
 * @returns {import('./measured-run.js').Command}
 */
export function stockDumpCommand({ flavour, programs, connectionArguments, environment }, database, ...tables) {
  // a dump that names the transactions it holds can be restored to another server only
  const options = ['--single-transaction', ...(flavour === 'mysql' ? ['--set-gtid-purged=OFF'] : [])];
  return {
    program: [programs.dump, '--no-defaults', ...connectionArguments, ...options, database, ...tables],
    env: environment,
  };
}

/**
 * @param {BenchSite} site
 * @param {string} database
 * @param {'kept' | 'removed'} [leavings]
 * @returns {Promise<Contestant>}
 */
async function myDumper(site, database, leavings = 'removed') {
  await ensureProgram('mydumper', ['mydumper'], { signal: site.signal });
  return {
    name: MYDUMPER,
    run: async () => {
      const folder = await mkdtemp(join(site.folder, 'mydumper-'));
      const measurement = await measure([myDumperCommand(site.server, database, folder)], site.server.pid, site.signal);
      if (leavings === 'removed') await rm(folder, { recursive: true });
      return measurement;
    },
  };
}

/**
 * @param {import('./bench-server.js').BenchServer} server
 * @param {string} database
 * @param {string} folder an empty one
 * @returns {import('./measured-run.js').Command}
 */
export function myDumperCommand(server, database, folder) {
  return {
    program: [
      'mydumper',
      ...server.connectionArguments,
      '--threads=2',
      `--database=${database}`,
      `--outputdir=${folder}`,
    ],
    env: server.environment,
  };
}
