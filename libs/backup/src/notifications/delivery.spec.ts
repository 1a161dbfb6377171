import { deliver } from './delivery.js';
import { PermanentFailure } from './notification.errors.js';

const PACE = { timeLimit: 60_000, retryAfter: [0, 0] };

describe('deliver', () => {
  const never = new AbortController().signal;

  it('sends once what is taken', async () => {
    const send = jest.fn(() => Promise.resolve());
    await deliver(send, PACE, never);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('tries again after a failure, and gives up with the last one', async () => {
    const send = jest.fn().mockRejectedValueOnce(new Error('first')).mockResolvedValueOnce(undefined);
    await deliver(send, PACE, never);
    expect(send).toHaveBeenCalledTimes(2);

    const dead = jest.fn().mockRejectedValue(new Error('dead'));
    await expect(deliver(dead, PACE, never)).rejects.toThrow('dead');
    expect(dead).toHaveBeenCalledTimes(3);
  });

  it('does not try again what will not be taken', async () => {
    const send = jest.fn().mockRejectedValue(new PermanentFailure('no'));
    await expect(deliver(send, PACE, never)).rejects.toThrow('no');
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('does not wait for what does not answer, and tells it to stop', async () => {
    const signals: AbortSignal[] = [];
    const hanging = (signal: AbortSignal): Promise<void> => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const sent = deliver(hanging, { timeLimit: 5, retryAfter: [0] }, never);
    await expect(sent).rejects.toThrow('it took longer than 0.005 s');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('ends when it is told to, between attempts and within one', async () => {
    const abort = new AbortController();
    const waiting = deliver(
      () => {
        setImmediate(() => {
          abort.abort(new Error('over'));
        });
        return Promise.reject(new Error('later'));
      },
      { timeLimit: 60_000, retryAfter: [3_600_000] },
      abort.signal,
    );
    await expect(waiting).rejects.toThrow('later');
    await expect(deliver(() => new Promise(() => undefined), PACE, abort.signal)).rejects.toThrow('over');
  });
});
