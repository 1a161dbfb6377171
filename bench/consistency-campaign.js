/**
 * Backs two databases up while eight sessions write and one changes definitions, restores each backup under other names,
 * and looks for what does not belong together in it. A backup is of one moment, or refused.
 *
 *   npm run bench:consistency -- [--server mysql] [--dumps 50] [--seed 1] [--rows 20000] [--changes 1500]
 */
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { serverFlavour } from './bench-server.js';
import { startCampaignServer } from './campaign-server.js';
import { support } from './typescript-modules.js';

/** @typedef {import('../test/support/consistency-campaign.js').ConsistencyResult} ConsistencyResult */

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: 'mariadb' },
    dumps: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    // of the table that takes the time
    rows: { type: 'string', default: '20000' },
    // milliseconds between changes of definitions, at most
    changes: { type: 'string', default: '1500' },
  },
});

await runScript(async (signal) => {
  await ensureSupportedNode();
  const flavour = serverFlavour(values.server);
  await ensureBuilt({ signal });
  const server = await startCampaignServer(flavour, { signal });
  try {
    return (await campaign(server)) === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
});

/**
 * @param {import('../test/support/test-server.js').TestServer} server
 * @returns {Promise<number>} how many faults were found
 */
async function campaign(server) {
  const { openConsistencyCampaign, READERS } = /** @type {typeof import('../test/support/consistency-campaign.js')} */ (
    await support('consistency-campaign')
  );
  const { seededRandom } = /** @type {typeof import('../test/support/crash-moments.js')} */ (
    await support('crash-moments')
  );
  const random = seededRandom(Number(values.seed));
  const site = await openConsistencyCampaign(server, random, Number(values.rows));
  /** @type {ConsistencyResult[]} */
  const results = [];
  try {
    const traffic = site.traffic(Number(values.changes));
    try {
      for (let dump = 0; dump < Number(values.dumps); dump += 1) {
        const result = await site.attempt(READERS[dump % READERS.length]);
        results.push(result);
        const { reader, outcome, details, milliseconds } = result;
        process.stdout.write(
          `${reader.padEnd(12)} ${milliseconds.toFixed(0).padStart(6)} ms  ${outcome}  ${details.join('; ')}\n`,
        );
      }
    } finally {
      await traffic.stop();
    }
    process.stdout.write(
      `\n${traffic.transfers} transfers, ${traffic.changes} changes of definitions, seed ${values.seed}\n`,
    );
  } finally {
    await site.close();
  }
  for (const [reader, own] of Map.groupBy(results, (result) => result.reader)) {
    const counts = /** @type {const} */ (['one moment', 'refused', 'FAULT']).map(
      (outcome) => `${own.filter((result) => result.outcome === outcome).length} ${outcome}`,
    );
    process.stdout.write(`${reader.padEnd(12)} ${counts.join(', ')}\n`);
  }
  return results.filter(({ outcome }) => outcome === 'FAULT').length;
}
