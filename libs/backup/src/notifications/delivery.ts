import { setTimeout as wait } from 'node:timers/promises';
import { PermanentFailure, timeLimitOver } from './notification.errors.js';

/** How long and how often something is tried to be sent. Milliseconds. */
export interface DeliveryPace {
  readonly timeLimit: number;
  /** Pauses before each further attempt. */
  readonly retryAfter: readonly number[];
}

/** What ends a delivery before its time. */
export interface DeliveryEnd {
  /** Nothing is waited for any more. */
  readonly stop: AbortSignal;
  /** Whoever has not answered is not waited for any more, and nothing is tried again. */
  readonly hurry: AbortSignal;
}

/**
 * One attempt to send something.
 *
 * @param signal it must stop when this aborts
 * @param onAnswer to be called when the other side has said something
 */
export type Send = (signal: AbortSignal, onAnswer: () => void) => Promise<void>;

/**
 * Sends something, within a time limit, and again after a failure that may pass.
 *
 * @throws the last failure, or the reason of the signal where it was not tried
 */
export async function deliver(
  send: Send,
  { timeLimit, retryAfter }: DeliveryPace,
  { stop, hurry }: DeliveryEnd,
): Promise<void> {
  const end = AbortSignal.any([stop, hurry]);
  end.throwIfAborted();
  for (let attempt = 0; ; attempt += 1) {
    try {
      await withinLimit(send, timeLimit, { stop, hurry });
      return;
    } catch (error) {
      stop.throwIfAborted();
      if (error instanceof PermanentFailure || attempt >= retryAfter.length) {
        throw error;
      }
      try {
        await wait(retryAfter[attempt], undefined, { signal: end });
      } catch {
        // told to end: what failed says more than that
        throw error;
      }
    }
  }
}

/** Whoever does not stop when told to is not waited for. */
async function withinLimit(send: Send, milliseconds: number, { stop, hurry }: DeliveryEnd): Promise<void> {
  const abort = new AbortController();
  let isAnswered = false;
  const onStop = (): void => {
    abort.abort(stop.reason);
  };
  const onHurry = (): void => {
    if (!isAnswered) {
      abort.abort(hurry.reason);
    }
  };
  const timer = setTimeout(() => {
    abort.abort(timeLimitOver(milliseconds));
  }, milliseconds);
  stop.addEventListener('abort', onStop, { once: true });
  hurry.addEventListener('abort', onHurry, { once: true });
  const over = new Promise<never>((_resolve, reject) => {
    abort.signal.addEventListener('abort', () => {
      reject(abort.signal.reason instanceof Error ? abort.signal.reason : timeLimitOver(milliseconds));
    });
  });
  try {
    const sent = send(abort.signal, () => {
      isAnswered = true;
    });
    await Promise.race([sent, over]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
    hurry.removeEventListener('abort', onHurry);
  }
}
