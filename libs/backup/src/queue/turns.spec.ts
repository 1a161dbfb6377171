import { Turns } from './turns.js';

describe('Turns', () => {
  const never = new AbortController().signal;

  it('lets so many go on, and the others in the order in which they came', async () => {
    const turns = new Turns(2);
    const order: string[] = [];
    const take = async (name: string): Promise<() => void> => {
      const giveOn = await turns.take(never);
      order.push(name);
      return giveOn;
    };
    const [first, second] = await Promise.all([take('a'), take('b')]);
    const third = take('c');
    const fourth = take('d');
    expect(turns.free).toBe(0);
    expect(order).toEqual(['a', 'b']);

    second();
    await third;
    expect(order).toEqual(['a', 'b', 'c']);
    first();
    await fourth;
    expect(order).toEqual(['a', 'b', 'c', 'd']);
  });

  it('has places again when all have gone', async () => {
    const turns = new Turns(1);
    (await turns.take(never))();
    expect(turns.free).toBe(1);
    (await turns.take(never))();
    expect(turns.free).toBe(1);
  });

  it('passes over who has left, with the reason', async () => {
    const turns = new Turns(1);
    const giveOn = await turns.take(never);
    const leaving = new AbortController();
    const left = turns.take(leaving.signal);
    const next = turns.take(never);
    leaving.abort(new Error('It was cancelled.'));
    await expect(left).rejects.toThrow('It was cancelled.');

    giveOn();
    (await next)();
    expect(turns.free).toBe(1);
  });

  it('lets nobody in who has left before', async () => {
    const turns = new Turns(1);
    await expect(turns.take(AbortSignal.abort(new Error('Too late.')))).rejects.toThrow('Too late.');
    expect(turns.free).toBe(1);
  });
});
