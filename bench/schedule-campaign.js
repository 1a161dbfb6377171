/**
 * Three applications with a schedule that is due each second, of which one is stopped in a run until it is taken for dead
 * and wakes up, and another is killed: each due run is carried out once, skipped while the one before it is running, or
 * missed and stood for by one that is carried out.
 *
 *   node bench/schedule-campaign.js [--calm 30] [--lease 60] [--rows 1000]
 */
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { startMariadb } from '../scripts/throwaway-server.js';
import { support } from './typescript-modules.js';

/** @typedef {typeof import('../test/support/schedule-campaign.js')} Campaign */

const { values } = parseArgs({
  options: {
    calm: { type: 'string', default: '30' },
    lease: { type: 'string', default: '60' },
    rows: { type: 'string', default: '1000' },
  },
});

await runScript(async (signal) => {
  await ensureSupportedNode();
  await ensureBuilt({ signal });
  const server = await startMariadb({ signal });
  process.env.TEST_DATABASE_URL = server.url;
  try {
    const { scheduleCampaign } = /** @type {Campaign} */ (await support('schedule-campaign'));
    const startedAt = performance.now();
    const { completed, failed, skipped, faults } = await scheduleCampaign({
      calmSeconds: Number(values.calm),
      leaseSeconds: Number(values.lease),
      rows: Number(values.rows),
    });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    process.stdout.write(
      `${seconds} s: ${String(completed + failed + skipped)} runs due, ${String(completed)} completed, ${String(failed)} failed with their process, ${String(skipped)} skipped, ${String(faults.length)} faults\n`,
    );
    for (const fault of faults) process.stdout.write(`  FAULT ${fault}\n`);
    return faults.length === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
});
