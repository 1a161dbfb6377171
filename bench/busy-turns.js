import { createHistogram } from 'node:perf_hooks';

/**
 * How long the calling thread computes without a look at what else there is to do: its processor time from one tick of a
 * timer to the next, at most. Unlike the event loop's delay it does not count what the machine does besides.
 */
export class BusyTurns {
  #turns = createHistogram();
  #before = process.threadCpuUsage();
  #timer = setInterval(() => this.#look(), 1);

  /** Ends the watch. @returns {{ late: number, latest: number }} 99th percentile and most, milliseconds */
  stop() {
    clearInterval(this.#timer);
    this.#look();
    return { late: this.#turns.percentile(99) / 1000, latest: this.#turns.max / 1000 };
  }

  #look() {
    const { user, system } = process.threadCpuUsage(this.#before);
    this.#before = process.threadCpuUsage();
    this.#turns.record(Math.max(1, user + system));
  }
}
