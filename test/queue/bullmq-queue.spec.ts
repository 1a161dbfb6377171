import { Logger } from '@nestjs/common';
import { BullmqQueue, type BullmqQueueSettings } from '../../libs/backup/src/queue/bullmq-queue.js';
import type { CarryOut } from '../../libs/backup/src/queue/operation-queue.js';
import { startRedis, type ThrowawayRedis } from '../support/redis-server.js';

describe('A queue in Redis', () => {
  let redis: ThrowawayRedis;
  let name: string;
  let queues: BullmqQueue[];
  let numberOfQueues = 0;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    redis = await startRedis();
  });

  beforeEach(() => {
    numberOfQueues += 1;
    name = `queue-${String(numberOfQueues)}`;
    queues = [];
  });

  afterEach(() => Promise.all(queues.map((queue) => queue.close())));

  afterAll(() => redis.stop());

  const open = (carryOut: CarryOut, settings: Partial<BullmqQueueSettings> = {}): BullmqQueue => {
    const queue = new BullmqQueue(
      { connection: redis.url, name, worker: true, concurrency: 2, leaseSeconds: 60, ...settings },
      carryOut,
    );
    queues.push(queue);
    return queue;
  };

  const nobody: CarryOut = () => Promise.reject(new Error('This process carries nothing out.'));

  /** Ids in the order in which they are handed out, and a way to wait for so many. */
  const recorder = (): { ids: string[]; carryOut: CarryOut; count: (expected: number) => Promise<void> } => {
    const ids: string[] = [];
    let tell = (): void => undefined;
    const count = (expected: number): Promise<void> =>
      new Promise((resolve) => {
        tell = () => {
          if (ids.length >= expected) resolve();
        };
        tell();
      });
    const carryOut: CarryOut = async (backupid) => {
      ids.push(backupid);
      tell();
    };
    return { ids, carryOut, count };
  };

  it('hands what one process adds to another that works, once and in order', async () => {
    const { ids, carryOut, count } = recorder();
    const web = open(nobody, { worker: false });
    const worker = open(carryOut, { concurrency: 1 });
    await web.work();
    for (const id of ['a', 'b', 'b', 'c']) await web.add(id);
    await worker.work();

    await count(3);
    expect(ids).toEqual(['a', 'b', 'c']);
  });

  it('hands out no more at once than a process may have', async () => {
    const begun: string[] = [];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { count, carryOut } = recorder();
    const worker = open(async (backupid) => {
      begun.push(backupid);
      await carryOut(backupid);
      await gate;
    });
    for (const id of ['a', 'b', 'c']) await worker.add(id);
    await worker.work();
    await count(2);
    // it answers, and has handed out nothing more meanwhile
    await worker.check();
    expect(begun).toEqual(['a', 'b']);

    release();
    await count(3);
  });

  it('hands nothing to a process that has paused', async () => {
    const leaving = recorder();
    const staying = recorder();
    const first = open(leaving.carryOut);
    await first.work();
    await first.pause();
    await first.add('a');
    await open(staying.carryOut).work();

    await staying.count(1);
    expect(leaving.ids).toEqual([]);
  });

  it('goes on after an operation that fails', async () => {
    const { ids, carryOut, count } = recorder();
    const worker = open(async (backupid) => {
      await carryOut(backupid);
      throw new Error('It failed.');
    });
    await worker.work();
    await worker.add('a');
    await worker.add('b');
    await count(2);
    expect(ids).toEqual(['a', 'b']);
  });

  it('refuses at once, naming the server without its password, while Redis is away, and works again when it is back', async () => {
    const { ids, carryOut, count } = recorder();
    const worker = open(carryOut);
    await worker.work();
    await worker.add('before');
    await count(1);

    await redis.kill();
    const refusal = await worker.add('lost').catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'queue_failed',
      message: expect.stringContaining(`The queue at 127.0.0.1:${String(redis.port)} does not answer`),
    });
    expect(String(refusal)).not.toContain(redis.password);
    await expect(worker.check()).rejects.toMatchObject({ code: 'queue_failed' });

    await redis.start();
    await worker.add('after');
    await count(2);
    expect(ids).toEqual(['before', 'after']);
  });

  it('says what is wrong with a connection that is no URL of Redis', async () => {
    await expect(open(nobody, { connection: { env: 'PATH' } }).check()).rejects.toMatchObject({
      code: 'invalid_option',
      message: expect.stringContaining('queue.connection'),
    });
  });
});
