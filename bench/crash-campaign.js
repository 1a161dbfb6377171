/**
 * Kills the host's process at random moments of a backup, a restore and an undo, and checks each time that the live data
 * is as it was (or completely restored), and that the next command cleans up.
 *
 *   npm run bench:crash -- [--server mysql] [--moments 10] [--seed 1] [--megabytes 100]
 *
 * With `--sets`, at random moments of incremental backups, cleanups and rotations of keys, for some minutes: each encrypted
 * set opens with the old key or the new one at any moment, nothing half done is left, and in the end every backup is whole:
 *
 *   npm run bench:crash -- --sets [--minutes 15] [--seed 1]
 */
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { inTemporaryFolder } from '../scripts/temporary-folder.js';
import { serverFlavour } from './bench-server.js';
import { startCampaignServer } from './campaign-server.js';
import { support } from './typescript-modules.js';

/** @typedef {typeof import('../test/support/crash-campaign.js')} Campaign */
/** @typedef {import('../test/support/crash-campaign.js').CrashResult} CrashResult */

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: 'mariadb' },
    moments: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    megabytes: { type: 'string', default: '100' },
    sets: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '15' },
  },
});

await runScript(async (signal) => {
  await ensureSupportedNode();
  const flavour = serverFlavour(values.server);
  await ensureBuilt({ signal });
  const server = await startCampaignServer(flavour, { signal, options: ['--innodb-buffer-pool-size=512M'] });
  process.env.TEST_DATABASE_URL = server.url;
  try {
    const faults = values.sets
      ? await setCampaign(Number(values.minutes), Number(values.seed), signal)
      : await campaign(server, Number(values.moments), Number(values.seed), Number(values.megabytes));
    return faults === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
});

/**
 * @param {import('../test/support/test-server.js').TestServer} server
 * @param {number} moments
 * @param {number} seed
 * @param {number} megabytes
 * @returns {Promise<number>} how many faults were found
 */
async function campaign(server, moments, seed, megabytes) {
  const { crashCampaign, faultsOfLife, prepareGround } = /** @type {Campaign} */ (await support('crash-campaign'));
  const { crashPhases, seededRandom } = /** @type {typeof import('../test/support/crash-moments.js')} */ (
    await support('crash-moments')
  );
  const schema = /** @type {typeof import('../test/support/crash-schema.js')} */ (await support('crash-schema'));
  const { createCrashSite } = /** @type {typeof import('../test/support/crash-site.js')} */ (
    await support('crash-site')
  );
  const random = seededRandom(seed);
  const site = await createCrashSite(schema.applicationStatements(megabytes, server.name), [], {}, server.url);
  try {
    const ground = await prepareGround(site, schema.laterStatements(server.name));
    const results = [];
    for (const phase of crashPhases(ground.backup)) {
      results.push(...(await crashCampaign(ground, phase, Array.from({ length: moments }, random), show)));
    }
    const faults = await faultsOfLife(ground);
    for (const fault of faults) process.stdout.write(`  FAULT afterwards: ${fault}\n`);
    summarize(results, seed);
    return faults.length + results.flatMap((result) => result.faults).length;
  } finally {
    await site.remove();
  }
}

/**
 * @param {number} minutes
 * @param {number} seed
 * @param {AbortSignal} signal
 * @returns {Promise<number>} how many faults were found
 */
async function setCampaign(minutes, seed, signal) {
  const { crashSets, faultsOfSets, prepareSetGround, removeSetGround, SET_PHASES } =
    /** @type {typeof import('../test/support/set-crash-campaign.js')} */ (await support('set-crash-campaign'));
  const { seededRandom } = /** @type {typeof import('../test/support/crash-moments.js')} */ (
    await support('crash-moments')
  );
  const random = seededRandom(seed);
  const end = Date.now() + minutes * 60_000;
  return inTemporaryFolder('crash-sets', async (folder) => {
    const ground = await prepareSetGround(folder);
    try {
      /** @type {import('../test/support/set-crash-campaign.js').SetCrashResult[]} */
      const results = [];
      for (let turn = 0; Date.now() < end && !signal.aborted; turn += 1) {
        results.push(...(await crashSets(ground, SET_PHASES[turn % SET_PHASES.length], random, showSets)));
      }
      const faults = await faultsOfSets(ground);
      for (const fault of faults) process.stdout.write(`  FAULT afterwards: ${fault}\n`);
      for (const phase of SET_PHASES) {
        const own = results.filter((result) => result.phase === phase && !result.isFinished);
        const faulty = own.filter((result) => result.faults.length > 0).length;
        process.stdout.write(`${phase.padEnd(22)} ${own.length} kills, ${faulty} with faults   (seed ${seed})\n`);
      }
      return faults.length + results.flatMap((result) => result.faults).length;
    } finally {
      await removeSetGround(ground);
    }
  });
}

/** @param {import('../test/support/set-crash-campaign.js').SetCrashResult} result */
function showSets({ phase, moment, isFinished, notes, faults }) {
  const outcome = isFinished ? 'finished before' : notes.join('; ');
  process.stdout.write(`${phase.padEnd(22)} ${moment.toFixed(0).padStart(7)} ms  ${outcome}\n`);
  for (const fault of faults) process.stdout.write(`  FAULT ${fault}\n`);
}

/** @param {CrashResult} result */
function show({ phase, moment, duration, isInPhase, found, outcome, faults }) {
  const at = `${moment.toFixed(0)} of ${duration.toFixed(0)} ms`.padStart(18);
  process.stdout.write(
    `${phase.padEnd(22)} ${at}  ${found.padEnd(28)} ${outcome}${isInPhase || outcome === 'finished' ? '' : ', after the phase'}\n`,
  );
  for (const fault of faults) process.stdout.write(`  FAULT ${fault}\n`);
}

/**
 * @param {readonly CrashResult[]} results
 * @param {number} seed
 */
function summarize(results, seed) {
  process.stdout.write(`\n${'phase'.padEnd(22)} kills  in phase  as before  restored  faults   (seed ${seed})\n`);
  for (const [phase, own] of Map.groupBy(results, (result) => result.phase)) {
    /** @param {CrashResult['outcome']} outcome */
    const count = (outcome) => own.filter((result) => result.outcome === outcome).length;
    const faulty = own.filter((result) => result.faults.length > 0).length;
    const kills = own.length - count('finished');
    const inPhase = own.filter((result) => result.isInPhase).length;
    const figures = [
      [kills, 5],
      [inPhase, 8],
      [count('as before'), 9],
      [count('restored'), 8],
      [faulty, 6],
    ];
    process.stdout.write(
      `${phase.padEnd(22)} ${figures.map(([figure, width]) => String(figure).padStart(width)).join('  ')}\n`,
    );
  }
}
