import { deliver } from './delivery.js';
import { PermanentFailure } from './notification.errors.js';

const PACE = { timeLimit: 60_000, retryAfter: [0, 0] };

describe('deliver', () => {
  const endless = new AbortController().signal;
  const never = { stop: endless, hurry: endless };

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
      { stop: abort.signal, hurry: endless },
    );
    await expect(waiting).rejects.toThrow('later');
    const late = deliver(() => new Promise(() => undefined), PACE, { stop: abort.signal, hurry: endless });
    await expect(late).rejects.toThrow('over');
  });

  describe('in a hurry', () => {
    const hurrying = (send: (hurry: () => void, onAnswer: () => void) => Promise<void>, pace = PACE): Promise<void> => {
      const abort = new AbortController();
      const hurry = (): void => {
        abort.abort(new Error('nobody answered'));
      };
      const end = { stop: endless, hurry: abort.signal };
      return deliver((_signal, onAnswer) => send(hurry, onAnswer), pace, end);
    };

    it('does not wait for who has not answered', async () => {
      const silent = hurrying((hurry) => {
        setImmediate(hurry);
        return new Promise(() => undefined);
      });
      await expect(silent).rejects.toThrow('nobody answered');
    });

    it('waits for who has answered', async () => {
      const slow = hurrying(async (hurry, onAnswer) => {
        onAnswer();
        hurry();
        await new Promise(setImmediate);
      });
      await expect(slow).resolves.toBeUndefined();
    });

    it('does not try again, and says what failed', async () => {
      const pace = { timeLimit: 60_000, retryAfter: [3_600_000] };
      const failing = hurrying((hurry) => {
        setImmediate(hurry);
        return Promise.reject(new Error('no such host'));
      }, pace);
      await expect(failing).rejects.toThrow('no such host');
    });
  });
});
