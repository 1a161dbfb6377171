/**
 * This engine beside the stock tools, on one server and the same data:
 *
 *   npm run bench -- [--rounds 5] [--only dump,small,restore,small-restore,files,unchanged-files,verified-files] [--size 1200] [--server mariadb]
 *
 * `--only=scaling,restore-scaling` compares two threads with one. `--size` is in MB, of which a restore has half;
 * `--server mysql` takes the MySQL that the tests take, with mysqldump beside its client.
 */
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { runScript } from '../scripts/entry-point.js';
import { ensureProgram } from '../scripts/programs.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { SetupError } from '../scripts/setup-error.js';
import { serverFlavour } from './bench-server.js';
import { withBenchSite } from './bench-site.js';
import { hold } from './contest.js';
import { firstFiles, unchangedFiles, verifiedFiles } from './files.js';
import { dumpScaling, largeDump, smallTablesDump } from './dump.js';
import { largeRestore, restoreScaling, smallTablesRestore } from './restore.js';
import { report } from './results.js';

/** @typedef {import('./bench-site.js').BenchSite} BenchSite */

/** @type {Record<string, (site: BenchSite) => Promise<import('./contest.js').Contest>>} */
const CONTESTS = {
  dump: largeDump,
  small: smallTablesDump,
  restore: largeRestore,
  'small-restore': smallTablesRestore,
  scaling: dumpScaling,
  'restore-scaling': restoreScaling,
  files: firstFiles,
  'unchanged-files': unchangedFiles,
  'verified-files': verifiedFiles,
};
const USUAL = 'dump,small,restore,small-restore,files,unchanged-files,verified-files';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: USUAL },
    size: { type: 'string', default: '1200' },
    server: { type: 'string', default: 'mariadb' },
  },
});

await runScript(async (signal) => {
  await ensureSupportedNode();
  const names = values.only.split(',');
  const unknown = names.find((name) => !Object.hasOwn(CONTESTS, name));
  if (unknown !== undefined) {
    throw new SetupError(`There is no contest ${unknown}: choose from ${Object.keys(CONTESTS).join(', ')}.`);
  }
  const flavour = serverFlavour(values.server);
  await ensureBuilt({ signal });
  await ensureProgram('zstd', ['zstd'], { signal });
  const rounds = Number(values.rounds);
  await withBenchSite(flavour, Number(values.size), signal, async (site) => {
    const results = [];
    for (const name of names) {
      results.push(await hold(await CONTESTS[name](site), rounds, signal));
    }
    await report(results, { rounds, server: site.server });
  });
});
