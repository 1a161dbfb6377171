/**
 * What incremental backups store, as a share of the full one, after no rows have changed, some that lie side by side, and some that
 * are scattered over all of the tables:
 *
 *   npm run bench:incremental -- [--size 1000] [--server mariadb]      (MB)
 *
 * It needs about three times as much room on the disk.
 */
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { serverFlavour } from './bench-server.js';
import { withBenchSite } from './bench-site.js';
import { hostCommand } from './host-command.js';
import { measure } from './measured-run.js';

/** @typedef {import('./bench-site.js').BenchSite} BenchSite */

/** Of a full backup, what may be stored after a hundredth of the rows has changed side by side. */
const BUDGET = 0.05;

/** @typedef {{ name: string, condition: (rows: number) => string, budget?: number }} Change rows of each table that change */

/** @type {readonly Change[]} */
const CHANGES = [
  { name: 'nothing', condition: () => 'FALSE' },
  {
    name: '1 % of the rows of each table, side by side',
    condition: (rows) => `id BETWEEN ${Math.round(rows * 0.4)} AND ${Math.round(rows * 0.41)}`,
    budget: BUDGET,
  },
  { name: '0.001 % of the rows of each table, scattered', condition: () => 'id % 100000 = 7' },
  { name: '0.01 % of the rows of each table, scattered', condition: () => 'id % 10000 = 7' },
  { name: '1 % of the rows of each table, scattered', condition: () => 'id % 100 = 7' },
];
/** @type {Record<string, string>} */
const ASSIGNMENTS = {
  short_rows: 'amount = amount + 1',
  long_texts: "title = CONCAT('New ', title)",
  random_blobs: 'data = REVERSE(data)',
};

const { values } = parseArgs({
  options: { size: { type: 'string', default: '1000' }, server: { type: 'string', default: 'mariadb' } },
});

await runScript(async (signal) => {
  await ensureSupportedNode();
  const flavour = serverFlavour(values.server);
  await ensureBuilt({ signal });
  return withBenchSite(flavour, Number(values.size), signal, async (site) => {
    const database = await site.largeDatabase();
    const full = await backUp(site, database);
    report('', full, full);
    let isMet = true;
    for (const change of CHANGES) {
      await apply(site, database, change);
      const backup = await backUp(site, database);
      report(change.name, backup, full);
      isMet &&= backup.type === 'incremental' && backup.stored <= full.stored * (change.budget ?? Infinity);
    }
    process.stdout.write(`Budget ${BUDGET * 100} % ${isMet ? 'met' : 'missed'}\n`);
    return isMet ? 0 : 1;
  });
});

/**
 * @typedef {import('./measured-run.js').Measurement & { type: string, stored: number, logical: number }} Backup
 */

/**
 * @param {BenchSite} site
 * @param {string} database
 * @returns {Promise<Backup>}
 */
async function backUp(site, database) {
  const command = ['backup:create', '--type=incremental', `--database=${database}`, '--threads=2', '--full-every=100'];
  const measurement = await measure([hostCommand(command, site)], site.server.pid, site.signal);
  const [row] = await site.server.query(
    'SELECT backup_type, file_size, logical_size FROM bench_catalog.backup_history ORDER BY id DESC LIMIT 1',
  );
  return {
    ...measurement,
    type: String(row.backup_type),
    stored: Number(row.file_size),
    logical: Number(row.logical_size),
  };
}

/**
 * @param {BenchSite} site
 * @param {string} database
 * @param {Change} change
 */
async function apply({ server }, database, { condition }) {
  for (const [table, assignment] of Object.entries(ASSIGNMENTS)) {
    const [{ rows }] = await server.query(`SELECT MAX(id) AS \`rows\` FROM ${database}.${table}`);
    await server.run([`UPDATE ${database}.${table} SET ${assignment} WHERE ${condition(Number(rows))}`]);
  }
  await server.settle();
}

/**
 * @param {string} change
 * @param {Backup} backup
 * @param {Backup} full
 */
function report(change, { type, stored, logical, seconds, clientSeconds, serverSeconds }, full) {
  const megabytes = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(1).padStart(7);
  process.stdout.write(
    `${type.padEnd(12)} ${change.padEnd(46)} ${megabytes(stored)} of ${megabytes(logical)} MB   ` +
      `${((stored / full.stored) * 100).toFixed(2).padStart(6)} %   ${seconds.toFixed(1).padStart(6)} s   ` +
      `client ${clientSeconds.toFixed(1)} s   server ${serverSeconds.toFixed(1)} s\n`,
  );
}
