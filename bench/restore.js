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

/**
 * Restores into databases that are not there yet.
 *
 * @param {BenchSite} site
 * @returns {Promise<Contest>}
 */
export async function largeRestore(site) {
  const database = await site.largeDatabase();
  const stock = STOCK[site.server.flavour];
  return {
    title: `Restore of ${site.megabytes} MB in three tables`,
    unit: 'MB',
    amount: site.megabytes,
    contestants: [await ours(site, database), await client(site, database, stock), await myLoader(site, database)],
    budgets: [
      { against: stock, atMost: 0.55 },
      { against: MYLOADER, atMost: 0.85 },
    ],
  };
}

/**
 * @param {BenchSite} site
 * @param {string} database
 * @returns {Promise<Contestant>}
 */
async function ours(site, database) {
  const { server, signal } = site;
  const backup = ['backup:create', '--type=database', `--database=${database}`, '--threads=2'];
  await measure([hostCommand(backup, site)], server.pid, signal);
  const [{ id }] = await server.query('SELECT MAX(id) AS id FROM bench_catalog.backup_history');
  return {
    name: 'backup:restore, staged and proven',
    run: () =>
      intoNewDatabase(site, database, (copy) => {
        const restore = ['backup:restore', `--id=${id}`, '--yes', `--database=${database}=${copy}`, '--threads=2'];
        return hostCommand(restore, site);
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
  const file = join(site.folder, 'restore.sql');
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
  const folder = join(site.folder, 'myloader');
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
  for (const table of tables.flatMap((row) => Object.values(row).map(String))) {
    const [row] = await server.query(
      `SELECT (SELECT COUNT(*) FROM ${database}.${table}) = (SELECT COUNT(*) FROM ${copy}.${table}) AS isSame`,
    );
    if (row.isSame !== 1) throw new Error(`${table} was not restored as it was`);
  }
}
