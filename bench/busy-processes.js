import { spawn } from 'node:child_process';
import { processSeconds } from './measured-run.js';

/** Computes until its parent is gone, with a look at that now and then. */
const COMPUTE = `
  process.on('disconnect', () => process.exit());
  setImmediate(function on() { for (let n = 0; n < 1e7; n += 1); setImmediate(on); });`;

/** Processes that compute all the time, beside which others are measured (Linux). */
export class BusyProcesses {
  #processes;

  /** @param {number} count */
  constructor(count) {
    this.#processes = Array.from({ length: count }, () =>
      spawn(process.execPath, ['-e', COMPUTE], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
    );
  }

  /** Processor time of all of them since they started, seconds. */
  async seconds() {
    const each = await Promise.all(this.#processes.map(({ pid = 0 }) => processSeconds(pid)));
    return each.reduce((sum, seconds) => sum + seconds, 0);
  }

  stop() {
    for (const each of this.#processes) each.kill();
  }
}
