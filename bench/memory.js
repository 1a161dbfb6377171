/**
 * Peak memory of the host's process while it backs up and restores databases of several sizes, and while it backs up, verifies,
 * restores and takes back numbers of files, and how it grows with them:
 *
 *   npm run bench:memory -- [--sizes 1000,4000] [--files 20000,200000] [--server mariadb]      (sizes in MB)
 *
 * Each size needs about four times as much room on the disk. The files are empty.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { createLargeDatabase } from './bench-database.js';
import { serverFlavour } from './bench-server.js';
import { withBenchSite } from './bench-site.js';
import { hostCommand } from './host-command.js';
import { measure } from './measured-run.js';

/** @typedef {import('./bench-site.js').BenchSite} BenchSite */

const DATABASE = 'bench_memory';
const COPY = `${DATABASE}_copy`;
/** Files of a folder. */
const IN_A_FOLDER = 1000;
const BUDGET = { mebibytes: 256, growth: { databases: 1.1, files: 1.15 } };

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,4000' },
    files: { type: 'string', default: '20000,200000' },
    server: { type: 'string', default: 'mariadb' },
  },
});

await runScript(async (signal) => {
  await ensureSupportedNode();
  const flavour = serverFlavour(values.server);
  await ensureBuilt({ signal });
  await withBenchSite(flavour, 0, signal, async (site) => {
    const databases = [];
    for (const megabytes of numbers(values.sizes)) {
      databases.push(await peaksOfDatabase(site, megabytes));
    }
    report('databases', databases);
    const files = [];
    for (const count of numbers(values.files)) {
      files.push(await peaksOfFiles(site, count));
    }
    report('files', files);
  });
});

/** @param {string} list */
function numbers(list) {
  return list.split(',').filter(Boolean).map(Number);
}

/** @typedef {Record<string, number>} Peaks MiB by work, such as `backup` */

/**
 * @param {BenchSite} site
 * @param {number} megabytes
 * @returns {Promise<Peaks>}
 */
async function peaksOfDatabase(site, megabytes) {
  const { server } = site;
  const size = `${megabytes} MB`;
  await createLargeDatabase(server, megabytes, DATABASE);
  const backup = await peakOf(site, size, [
    'backup:create',
    '--type=database',
    `--database=${DATABASE}`,
    '--threads=2',
  ]);
  const restore = await peakOf(site, size, [
    'backup:restore',
    `--id=${await newestBackup(site)}`,
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
 * @param {number} count
 * @returns {Promise<Peaks>}
 */
async function peaksOfFiles(site, count) {
  const [uploads, to] = ['uploads', 'restored'].map((name) => join(site.folder, name));
  makeEmptyFiles(uploads, count);
  await mkdir(to);
  const size = `${count} files`;
  const backup = await peakOf(site, size, ['backup:create', '--type=files'], { UPLOADS_PATH: uploads });
  const id = await newestBackup(site);
  const verification = await peakOf(site, size, ['backup:verify', `--id=${id}`]);
  const restore = await peakOf(site, size, ['backup:restore', `--id=${id}`, `--to=${to}`, '--yes']);
  const undo = await peakOf(site, size, ['backup:restore', '--undo', `--id=${id}`, '--yes']);
  await Promise.all([uploads, to].map((folder) => rm(folder, { recursive: true })));
  await site.emptyStorage();
  return { backup, verification, restore, undo };
}

/**
 * @param {string} folder
 * @param {number} count
 */
function makeEmptyFiles(folder, count) {
  for (let number = 0; number < count; number += 1) {
    const parent = join(folder, String(Math.floor(number / IN_A_FOLDER)));
    if (number % IN_A_FOLDER === 0) mkdirSync(parent, { recursive: true });
    writeFileSync(join(parent, String(number)), '');
  }
}

/** @param {BenchSite} site */
async function newestBackup({ server }) {
  const [{ id }] = await server.query('SELECT MAX(id) AS id FROM bench_catalog.backup_history');
  return Number(id);
}

/**
 * @param {BenchSite} site
 * @param {string} size
 * @param {readonly string[]} command
 * @param {NodeJS.ProcessEnv} [more] of the command's environment
 */
async function peakOf(site, size, command, more = {}) {
  const { program, env } = hostCommand(command, site);
  const { seconds, peakMebibytes } = await measure(
    [{ program, env: { ...env, ...more } }],
    site.server.pid,
    site.signal,
  );
  process.stdout.write(
    `${size.padStart(14)}  ${command[0].padEnd(16)} ${seconds.toFixed(1)} s  peak ${peakMebibytes.toFixed(0)} MiB\n`,
  );
  return peakMebibytes;
}

/**
 * @param {keyof BUDGET['growth']} what
 * @param {readonly Peaks[]} peaks by size
 */
function report(what, peaks) {
  const most = BUDGET.growth[what];
  for (const work of Object.keys(peaks[0] ?? {})) {
    const all = peaks.map((each) => each[work]);
    const growth = all[all.length - 1] / all[0];
    const isMet = Math.max(...all) < BUDGET.mebibytes && growth <= most;
    process.stdout.write(
      `${work} of ${what}: the last takes ${growth.toFixed(2)} of the memory of the first, at most ${Math.max(...all).toFixed(0)} MiB; ` +
        `budget ${most} and ${BUDGET.mebibytes} MiB ${isMet ? 'met' : 'missed'}\n`,
    );
  }
}
