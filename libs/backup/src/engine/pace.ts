import { setTimeout as pause } from 'node:timers/promises';

/** What bytes are read from. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

/** A limit that all threads of an operation share. */
export interface RateLimit {
  readonly bytesPerSecond: number;
  /** One 64 bit number: when everything that was taken so far is paid for, in nanoseconds of the process's clock. */
  readonly paidAt: SharedArrayBuffer;
}

export function newRateLimit(bytesPerSecond: number): RateLimit {
  return { bytesPerSecond, paidAt: new SharedArrayBuffer(8) };
}

/** One thread's view of a rate limit: says what it has handled, and waits until that was due. */
export class Pace {
  private dueAt = 0n;

  constructor(private readonly limit: RateLimit | null) {}

  /** Whether more was handled than is due by now. */
  get isAhead(): boolean {
    return this.limit !== null && this.dueAt > process.hrtime.bigint();
  }

  /** Takes a place in the queue of all threads for some bytes that were handled. */
  spend(bytes: number): void {
    if (this.limit === null) {
      return;
    }
    const cost = BigInt(Math.round((bytes / this.limit.bytesPerSecond) * 1e9));
    const clock = new BigInt64Array(this.limit.paidAt);
    for (;;) {
      const paidAt = Atomics.load(clock, 0);
      const now = process.hrtime.bigint();
      // time in which nothing was handled is not made up for
      const due = (paidAt > now ? paidAt : now) + cost;
      if (Atomics.compareExchange(clock, 0, paidAt, due) === paidAt) {
        this.dueAt = due;
        return;
      }
    }
  }

  /** Resolves when what was handled is due, or at once when the operation is cancelled. */
  async due(signal: AbortSignal): Promise<void> {
    const milliseconds = Number(this.dueAt - process.hrtime.bigint()) / 1e6;
    if (milliseconds > 0) {
      await pause(milliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Reads nothing more from a connection until what was handled is due. */
  holdBack(connection: Pausable, signal: AbortSignal): void {
    if (this.isAhead) {
      connection.pause();
      void this.due(signal).then(() => {
        connection.resume();
      });
    }
  }
}
