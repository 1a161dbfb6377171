import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureProgram } from '../scripts/programs.js';
import { myDumperCommand, stockDumpCommand } from './dump.js';
import { hostCommand } from './host-command.js';
import { measure } from './measured-run.js';

/** @typedef {import('./bench-site.js').BenchSite} BenchSite */
/** @typedef {import('./contest.js').Contest} Contest */
/** @typedef {import('./contest.js').Contestant} Contestant */

/** @type {Record<import('./bench-server.js').Flavour, string>} */
const STOCK = { mariadb: 'mariadb < dump.sql', mysql: 'mysql < dump.sql' };
const MYLOADER = 'myloader -t 2';
const COUNTED_AT_ONCE = 100;

/**
 * Restores of the large tables into databases that are not there yet.
 *
 * @param {BenchSite} site
 * @returns {Promise<Contest>}
 */
export async function largeRestore(site) {
  const { name, megabytes } = await site.halfDatabase();
  const stock = STOCK[site.server.flavour];
  return {
    title: `Restore of ${megabytes} MB in three tables`,
    unit: 'MB',
    amount: megabytes,
    contestants: [await ours(site, name, 2), await client(site, name, stock), await myLoader(site, name)],
    budgets: [
      { against: stock, atMost: 0.55 },
      { against: MYLOADER, atMost: 0.85 },
    ],
  };
}

/**
 * Restores of many tables with next to nothing in them.
 *
 * @param {BenchSite} site
 * @returns {Promise<Contest>}
 */
export async function smallTablesRestore(site) {
  const { name, tables } = await site.smallDatabase();
  const stock = STOCK[site.server.flavour];
  return {
    title: `Restore of ${tables} small tables`,
    unit: 'tables',
    amount: tables,
    contestants: [await ours(site, name, 2), await client(site, name, stock), await myLoader(site, name)],
    budgets: [],
  };
}

/**
 * What a second thread is worth, on two cores that the server uses too.
 *
 * @param {BenchSite} site
 * @returns {Promise<Contest>}
 */
export async function restoreScaling(site) {
  const { name, megabytes } = await site.halfDatabase();
  return {
    title: `Restore of ${megabytes} MB with two threads and with one`,
    unit: 'MB',
    amount: megabytes,
    contestants: [await ours(site, name, 2), await ours(site, name, 1)],
    budgets: [],
  };
}

/**
 * @param {BenchSite} site
 * @param {string} database
 * @param {number} threads
 * @returns {Promise<Contestant>}
 */
async function ours(site, database, threads) {
  const { server, signal } = site;
  const backup = ['backup:create', '--type=database', `--database=${database}`, '--threads=2'];
  await measure([hostCommand(backup, site)], server.pid, signal);
  const [{ id }] = await server.query('SELECT MAX(id) AS id FROM bench_catalog.backup_history');
  return {
    name: `backup:restore --threads=${threads}, staged and proven`,
    run: () =>
      intoNewDatabase(site, database, (copy) => {
        const restore = ['backup:restore', `--id=${id}`, '--yes', `--database=${database}=${copy}`];
        return hostCommand([...restore, `--threads=${threads}`], site);
      }),
  };
}

/**
 * @param {BenchSite} site
 * @param {string} database
 * @param {string} name
 * @returns {Promise<Contestant>}
 */
async function client(site, database, name) {
  const { server, signal } = site;
  const file = join(site.folder, `restore-${database}.sql`);
  const output = openSync(file, 'w');
  await measure([{ ...stockDumpCommand(server, database), output }], server.pid, signal);
  closeSync(output);
  return {
    name,
    run: async () => {
      const input = openSync(file, 'r');
      try {
        return await intoNewDatabase(site, database, async (copy) => {
          await server.query(`CREATE DATABASE ${copy}`);
          return {
            program: [server.programs.client, '--no-defaults', ...server.connectionArguments, copy],
            env: server.environment,
            input,
          };
        });
      } finally {
        closeSync(input);
      }
    },
  };
}

/**
 * @param {BenchSite} site
 * @param {string} database
 * @returns {Promise<Contestant>}
 */
async function myLoader(site, database) {
  const { server, signal } = site;
  await ensureProgram('myloader', ['mydumper'], { signal });
  const folder = join(site.folder, `myloader-${database}`);
  await mkdir(folder);
  await measure([myDumperCommand(server, database, folder)], server.pid, signal);
  return {
    name: MYLOADER,
    run: () =>
      intoNewDatabase(site, database, (copy) => ({
        program: [
          'myloader',
          ...server.connectionArguments,
          '--threads=2',
          `--database=${copy}`,
          `--directory=${folder}`,
        ],
        env: server.environment,
      })),
  };
}

/**
 * Measures a restore into a new database, checks that all rows are there, and drops it again.
 *
 * @param {BenchSite} site
 * @param {string} database
 * @param {(copy: string) => Promise<import('./measured-run.js').Command> | import('./measured-run.js').Command} command
 */
async function intoNewDatabase({ server, signal }, database, command) {
  const copy = `${database}_copy`;
  try {
    const measurement = await measure([await command(copy)], server.pid, signal);
    await assertSameRows(server, database, copy);
    return measurement;
  } finally {
    await server.query(`DROP DATABASE IF EXISTS ${copy}`);
    await server.settle();
  }
}

/**
 * @param {import('./bench-server.js').BenchServer} server
 * @param {string} database
 * @param {string} copy
 */
async function assertSameRows(server, database, copy) {
  const tables = await server.query(`SHOW TABLES FROM ${database}`);
  const names = tables.flatMap((row) => Object.values(row).map(String));
  for (let first = 0; first < names.length; first += COUNTED_AT_ONCE) {
    const comparisons = names
      .slice(first, first + COUNTED_AT_ONCE)
      .map(
        (table) =>
          `SELECT '${table}' AS name, (SELECT COUNT(*) FROM ${database}.${table}) = (SELECT COUNT(*) FROM ${copy}.${table}) AS isSame`,
      );
    const rows = await server.query(comparisons.join(' UNION ALL '));
    const other = rows.find(({ isSame }) => isSame !== 1);
    if (other !== undefined) throw new Error(`${other.name} was not restored as it was`);
  }
}
