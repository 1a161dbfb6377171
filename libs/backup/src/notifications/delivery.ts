import { setTimeout as wait } from 'node:timers/promises';
import { PermanentFailure, timeLimitOver } from './notification.errors.js';

/** How long and how often something is tried to be sent. Milliseconds. */
export interface DeliveryPace {
  readonly timeLimit: number;
  /** Pauses before each further attempt. */
  readonly retryAfter: readonly number[];
}

/**
 * Sends something, within a time limit, and again after a failure that may pass.
 *
 * @param send must stop when its signal aborts
 * @throws the last failure, or the reason of the signal where it was not tried
 */
export async function deliver(
  send: (signal: AbortSignal) => Promise<void>,
  { timeLimit, retryAfter }: DeliveryPace,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      await withinLimit(send, timeLimit, signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof PermanentFailure || attempt >= retryAfter.length) {
        throw error;
      }
      try {
        await wait(retryAfter[attempt], undefined, { signal });
      } catch {
        // told to end: what failed says more than that
        throw error;
      }
    }
  }
}

/** Whoever does not stop when told to is not waited for. */
async function withinLimit(
  send: (signal: AbortSignal) => Promise<void>,
  milliseconds: number,
  outer: AbortSignal,
): Promise<void> {
  const abort = new AbortController();
  const stop = (): void => {
    abort.abort(outer.reason);
  };
  const timer = setTimeout(() => {
    abort.abort(timeLimitOver(milliseconds));
  }, milliseconds);
  outer.addEventListener('abort', stop, { once: true });
  const over = new Promise<never>((_resolve, reject) => {
    abort.signal.addEventListener('abort', () => {
      reject(abort.signal.reason instanceof Error ? abort.signal.reason : timeLimitOver(milliseconds));
    });
  });
  try {
    await Promise.race([send(abort.signal), over]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', stop);
  }
}
