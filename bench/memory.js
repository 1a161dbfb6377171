/**
 * Peak memory of the host's process while it backs up and restores databases of several sizes, and how it grows with them:
 *
 *   npm run bench:memory -- [--sizes 1000,4000] [--server mariadb]      (MB)
 *
 * Each size needs about four times as much room on the disk.
 */
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { inTemporaryFolder } from '../scripts/temporary-folder.js';
import { createLargeDatabase } from './bench-database.js';
import { BenchServer, serverFlavour } from './bench-server.js';
import { BenchSite } from './bench-site.js';
import { hostCommand } from './host-command.js';
import { measure } from './measured-run.js';

const DATABASE = 'bench_memory';
const COPY = `${DATABASE}_copy`;
const BUDGET = { mebibytes: 256, growth: 1.1 };

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,4000' },
    server: { type: 'string', default: 'mariadb' },
  },
});

await runScript(async (signal) => {
  await ensureSupportedNode();
  const flavour = serverFlavour(values.server);
  await ensureBuilt({ signal });
  const server = await BenchServer.start(flavour, [], signal);
  try {
    await inTemporaryFolder('bench', async (folder) => {
      const sizes = values.sizes.split(',').map(Number);
      const site = await BenchSite.create(server, folder, Math.max(...sizes), signal);
      const peaks = [];
      for (const megabytes of sizes) {
        peaks.push(await peaksAt(site, megabytes));
      }
      report(peaks);
    });
  } finally {
    await server.stop();
  }
});

/**
 * @typedef {object} Peaks
 * @property {number} backup MiB
 * @property {number} restore MiB
 */

/**
 * @param {BenchSite} site
 * @param {number} megabytes
 * @returns {Promise<Peaks>}
 */
async function peaksAt(site, megabytes) {
  const { server } = site;
  await createLargeDatabase(server, megabytes, DATABASE);
  const backup = await peakOf(site, megabytes, [
    'backup:create',
    '--type=database',
    `--database=${DATABASE}`,
    '--threads=2',
  ]);
  const [{ id }] = await server.query('SELECT MAX(id) AS id FROM bench_catalog.backup_history');
  const restore = await peakOf(site, megabytes, [
    'backup:restore',
    `--id=${id}`,
    `--database=${DATABASE}=${COPY}`,
    '--yes',
    '--threads=2',
  ]);
  await server.run([`DROP DATABASE ${DATABASE}`, `DROP DATABASE ${COPY}`]);
  await site.emptyStorage();
  return { backup, restore };
}

/**
 * @param {BenchSite} site
 * @param {number} megabytes
 * @param {readonly string[]} command
 */
async function peakOf(site, megabytes, command) {
  const { seconds, peakMebibytes } = await measure([hostCommand(command, site)], site.server.pid, site.signal);
  process.stdout.write(
    `${String(megabytes).padStart(6)} MB  ${command[0].padEnd(16)} ${seconds.toFixed(1)} s  peak ${peakMebibytes.toFixed(0)} MiB\n`,
  );
  return peakMebibytes;
}

/** @param {readonly Peaks[]} peaks by size */
function report(peaks) {
  for (const work of /** @type {const} */ (['backup', 'restore'])) {
    const all = peaks.map((each) => each[work]);
    const growth = all[all.length - 1] / all[0];
    const isMet = Math.max(...all) < BUDGET.mebibytes && growth <= BUDGET.growth;
    process.stdout.write(
      `${work}: the last takes ${growth.toFixed(2)} of the memory of the first, at most ${Math.max(...all).toFixed(0)} MiB; ` +
        `budget ${BUDGET.growth} and ${BUDGET.mebibytes} MiB ${isMet ? 'met' : 'missed'}\n`,
    );
  }
}
