/** A thread that uses a host as its application's users do: asks it over HTTP, and writes rows. */
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { support } from './typescript-modules.js';

/**
 * @typedef {object} Visit
 * @property {number} answers
 * @property {number} slowAnswer 99th percentile, milliseconds
 * @property {number} rowsPerSecond
 * @property {number} slowest statement, milliseconds
 */

/** Milliseconds between requests. */
const BETWEEN = 20;

/** @type {{ origin: string, databaseUrl: string, rowsPerSecond: number }} */
const { origin, databaseUrl, rowsPerSecond } = workerData;
const { SteadyWriter } = /** @type {typeof import('../test/support/steady-writer.js')} */ (
  await support('steady-writer')
);

const writer = await SteadyWriter.start(databaseUrl, rowsPerSecond);
/** @type {number[]} */
const answers = [];
const over = { isOver: false };
parentPort?.once('message', () => {
  over.isOver = true;
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
const { rowsPerSecond: reached, slowest } = await writer.stop();
answers.sort((a, b) => a - b);
/** @type {Visit} */
const visit = {
  answers: answers.length,
  slowAnswer: answers[Math.floor(answers.length * 0.99)] ?? 0,
  rowsPerSecond: reached,
  slowest,
};
parentPort?.postMessage(visit);
