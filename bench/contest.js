import { median } from './statistics.js';

/** @typedef {import('./measured-run.js').Measurement} Measurement */

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {() => Promise<Measurement>} run does the work once, from the same start
 */

/**
 * @typedef {object} Budget
 * @property {string} against name of a contestant
 * @property {number} atMost share of its time that ours may take
 */

/**
 * @typedef {object} Contest
 * @property {string} title
 * @property {string} unit what `amount` counts, such as `MB`
 * @property {number} amount how much is done in a run
 * @property {readonly [Contestant, ...Contestant[]]} contestants ours first
 * @property {readonly Budget[]} budgets
 */

/**
 * @typedef {object} Result
 * @property {Contest} contest
 * @property {ReadonlyMap<string, readonly Measurement[]>} runs by contestant, a round each
 */

/**
 * Runs all contestants in turn within each round, so that whatever else the machine does befalls them alike.
 *
 * @param {Contest} contest
 * @param {number} rounds
 * @param {AbortSignal} signal
 * @returns {Promise<Result>}
 */
export async function hold(contest, rounds, signal) {
  /** @type {Map<string, Measurement[]>} */
  const runs = new Map(contest.contestants.map(({ name }) => [name, []]));
  process.stdout.write(`\n${contest.title}\n`);
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, run } of contest.contestants) {
      signal.throwIfAborted();
      const measurement = await run();
      runs.get(name)?.push(measurement);
      process.stdout.write(`  round ${round}  ${name.padEnd(52)} ${describe(measurement)}\n`);
    }
  }
  return { contest, runs };
}

/** @param {Measurement} measurement */
function describe({ seconds, clientSeconds, serverSeconds, peakMebibytes }) {
  return `${seconds.toFixed(2).padStart(7)} s   client ${clientSeconds.toFixed(1).padStart(5)} s   server ${serverSeconds
    .toFixed(1)
    .padStart(5)} s   ${peakMebibytes.toFixed(0).padStart(4)} MiB`;
}

/**
 * The share of another contestant's time that ours took: the median of the rounds' own.
 *
 * @param {Result} result
 * @param {string} against
 * @returns {{ ratio: number, least: number, most: number }}
 */
export function compare({ contest, runs }, against) {
  const ours = runs.get(contest.contestants[0].name) ?? [];
  const theirs = runs.get(against) ?? [];
  const ratios = ours.map(({ seconds }, round) => seconds / theirs[round].seconds);
  return { ratio: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}
