/**
 * Backs up and restores random schemas, one seed after another, and says which of them do not come back as they were:
 *
 *   npm run bench:random -- [--seed 1] [--minutes 10] [--only] [--server mysql] [--url mysql://user:password@127.0.0.1:3306]
 *
 * `--only` tries that one seed and shows what differs. Without `--url` it starts a server of its own: MariaDB, or MySQL.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { serverFlavour } from './bench-server.js';
import { startCampaignServer } from './campaign-server.js';
import { support } from './typescript-modules.js';

/** @typedef {typeof import('../test/support/random-campaign.js')} Campaign */

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    only: { type: 'boolean', default: false },
    server: { type: 'string', default: 'mariadb' },
    url: { type: 'string' },
  },
});

await runScript(async (signal) => {
  await ensureSupportedNode();
  const flavour = serverFlavour(values.server);
  await ensureBuilt({ signal });
  const { randomCampaign } = /** @type {Campaign} */ (await support('random-campaign'));
  const server = values.url === undefined ? await startCampaignServer(flavour, { signal }) : null;
  const folder = await mkdtemp(join(tmpdir(), 'nestjs-backup-random-'));
  try {
    const faults = await randomCampaign({
      serverUrl: server?.url ?? String(values.url),
      storageFolder: folder,
      firstSeed: Number(values.seed),
      minutes: values.only ? 0 : Number(values.minutes),
      signal,
      print: (line) => process.stdout.write(`${line}\n`),
    });
    return faults === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true });
    await server?.stop();
  }
});
