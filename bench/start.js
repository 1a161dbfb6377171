/**
 * What the module adds to the start of a command: an application that does nothing, with it and without, in turn:
 *
 *   npm run bench:start -- [--rounds 15]
 *
 * Processor time is what counts on a machine that does other things meanwhile.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { measure } from './measured-run.js';
import { median } from './statistics.js';

const HOST = fileURLToPath(new URL('./start-host.js', import.meta.url));
const COMMANDS = ['--help', 'nothing'];
const HOSTS = /** @type {const} */ (['bare', 'backups']);
/** Milliseconds. */
const BUDGET = 300;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });

await runScript(async (signal) => {
  await ensureSupportedNode();
  await ensureBuilt({ signal });
  for (const host of HOSTS) await start(host, '--help', signal);
  for (const command of COMMANDS) {
    /** @type {Record<typeof HOSTS[number], Start[]>} */
    const runs = { bare: [], backups: [] };
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const host of HOSTS) runs[host].push(await start(host, command, signal));
    }
    report(command, runs);
  }
});

/** @typedef {Pick<import('./measured-run.js').Measurement, 'seconds' | 'clientSeconds'>} Start */

/**
 * @param {typeof HOSTS[number]} host
 * @param {string} command
 * @param {AbortSignal} signal
 * @returns {Promise<Start>}
 */
async function start(host, command, signal) {
  return measure([{ program: [process.execPath, HOST, host, command] }], process.pid, signal);
}

/**
 * @param {string} command
 * @param {Record<typeof HOSTS[number], readonly Start[]>} runs
 */
function report(command, { bare, backups }) {
  const milliseconds = (/** @type {readonly Start[]} */ runs, /** @type {keyof Start} */ unit) =>
    1000 * median(runs.map((run) => run[unit]));
  const describe = (/** @type {keyof Start} */ unit) => {
    const [without, having] = [milliseconds(bare, unit), milliseconds(backups, unit)];
    return `${without.toFixed(0)} and ${having.toFixed(0)} ms: ${(having - without).toFixed(0)} more`;
  };
  process.stdout.write(
    `${command.padEnd(8)} without the module and with it: ${describe('seconds')}; of processor time ${describe('clientSeconds')}\n` +
      `${' '.repeat(9)}budget: ${BUDGET} ms more\n`,
  );
}
