/** A thread that uses a host as its application's users do: asks it over HTTP, and writes rows. */
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { support } from './typescript-modules.js';
import { Witness } from './witness.js';

/**
 * @typedef {object} Visit
 * @property {number} answers
 * @property {number} slowAnswer 99th percentile, milliseconds
 * @property {number} rowsPerSecond
 * @property {number} slowest statement, milliseconds
 * @property {readonly string[]} seen what the server did while that one waited
 */

/** Milliseconds between requests. */
const BETWEEN = 20;

/** @type {{ origin: string, databaseUrl: string, rowsPerSecond: number }} */
const { origin, databaseUrl, rowsPerSecond } = workerData;
const { SteadyWriter } = /** @type {typeof import('../test/support/steady-writer.js')} */ (
  await support('steady-writer')
);

const writer = await SteadyWriter.start(databaseUrl, rowsPerSecond);
const witness = await Witness.start(databaseUrl, () => writer.waiting);
/** @type {number[]} */
let answers = [];
const over = { isOver: false };
parentPort?.on('message', (message) => {
  over.isOver = message === 'over';
  report();
});
parentPort?.postMessage('here');
while (!over.isOver) {
  const askedAt = performance.now();
  const response = await fetch(`${origin}/ping`);
  if (!response.ok) throw new Error(`the host answered ${response.status}`);
  await response.text();
  answers.push(performance.now() - askedAt);
  await pause(BETWEEN);
}
await writer.stop();
await witness.stop();
parentPort?.close();

/** Tells of the time since the last report. */
function report() {
  const { rowsPerSecond: reached, slowest } = writer.report();
  answers.sort((a, b) => a - b);
  /** @type {Visit} */
  const visit = {
    answers: answers.length,
    slowAnswer: answers[Math.floor(answers.length * 0.99)] ?? 0,
    rowsPerSecond: reached,
    slowest,
    seen: witness.report(),
  };
  answers = [];
  parentPort?.postMessage(visit);
}
