import { setTimeout as delay } from 'node:timers/promises';
import type { Queue, Worker } from 'bullmq';
import { BackupLogger } from '../backup-logger.js';
import { messageOf } from '../errors/backup.error.js';
import type { CarryOut, OperationQueue, QueueState } from './operation-queue.js';
import type { BullmqQueueOptions } from './queue-options.js';
import { isLeftToOthers, queueFailed, queuePackageMissing } from './queue.errors.js';
import { ANSWER_WITHIN, askingConnection, redisServer, waitingConnection, type RedisServer } from './redis-server.js';

export interface BullmqQueueSettings extends Required<Omit<BullmqQueueOptions, 'driver'>> {
  /** Operations that this process carries out at once. */
  readonly concurrency: number;
  /** Seconds after which what a silent worker had is handed to another, at most. */
  readonly leaseSeconds: number;
}

/** Hands operations to whoever works for the same queue in Redis. Nothing but their ids is kept there. */
export class BullmqQueue implements OperationQueue {
  private readonly logger = new BackupLogger();
  private asking: Queue | null = null;
  private worker: Worker | null = null;
  private readonly begun = new Set<Promise<void>>();
  private isAway = false;
  private isPaused = false;

  constructor(
    private readonly settings: BullmqQueueSettings,
    private readonly carryOut: CarryOut,
  ) {}

  async add(backupid: string): Promise<void> {
    await this.ask((queue) =>
      // by this id Redis has it once, however often it is added
      queue.add('operation', { backupid }, { jobId: jobId(backupid), removeOnComplete: true, removeOnFail: true }),
    );
  }

  async check(): Promise<QueueState> {
    const [waiting, workers] = await this.ask((queue) =>
      Promise.all([queue.getWaitingCount(), queue.getWorkersCount()]),
    );
    return { server: (await this.server()).shown, workers, waiting };
  }

  async work(): Promise<void> {
    const { name, concurrency, leaseSeconds } = this.settings;
    if (!this.settings.worker || this.worker !== null) {
      return;
    }
    const server = await this.server();
    const { Worker: BullmqWorker } = await loadBullmq();
    const half = (leaseSeconds * 1000) / 2;
    const worker = new BullmqWorker<{ readonly backupid: string }>(
      name,
      ({ data }) => this.keep(this.begin(data.backupid)),
      {
        connection: waitingConnection(server),
        concurrency,
        lockDuration: half,
        stalledInterval: half / 2,
      },
    );
    worker.on('error', (error) => {
      this.tellOnce(server, error);
    });
    worker.on('ready', () => {
      this.isAway = false;
    });
    this.worker = worker;
  }

  async pause(): Promise<void> {
    this.isPaused = true;
    await this.worker?.pause(true);
  }

  async close(): Promise<void> {
    const { asking, worker } = this;
    this.asking = null;
    this.worker = null;
    await Promise.all(this.begun);
    // while Redis is away there is nobody to take leave of
    const leave = Promise.all([worker?.close(this.isAway), asking?.close()]);
    // a connection that is lost just now never says that it has ended
    await Promise.race([leave, delay(ANSWER_WITHIN, undefined, { ref: false })]);
    void worker?.disconnect().catch(() => undefined);
  }

  private async keep(work: Promise<void>): Promise<void> {
    this.begun.add(work);
    await work;
    this.begun.delete(work);
  }

  /** What becomes of it is recorded; one that could not be begun still waits in the catalog. */
  private async begin(backupid: string): Promise<void> {
    if (this.isPaused) {
      return;
    }
    try {
      await this.carryOut(backupid);
    } catch (error) {
      if (isLeftToOthers(error)) {
        this.logger.debug(error.message);
      } else {
        this.logger.error(`Operation ${backupid} failed: ${messageOf(error)}`);
      }
    }
  }

  /** @throws BackupError `queue_failed` */
  private async ask<T>(question: (queue: Queue) => Promise<T>): Promise<T> {
    const server = await this.server();
    for (;;) {
      const known = this.asking;
      const queue = known ?? (await this.open(server));
      try {
        await queue.waitUntilReady();
        return await question(queue);
      } catch (error) {
        this.asking = null;
        await queue.disconnect().catch(() => undefined);
        // a connection from before may have been lost while nobody asked
        if (known === null) {
          throw queueFailed(server.shown, messageOf(error), error);
        }
      }
    }
  }

  private async open(server: RedisServer): Promise<Queue> {
    const { Queue: BullmqQueues } = await loadBullmq();
    const queue = new BullmqQueues(this.settings.name, { connection: askingConnection(server) });
    // whoever asks is told
    queue.on('error', () => undefined);
    this.asking = queue;
    return queue;
  }

  private server(): Promise<RedisServer> {
    return redisServer(this.settings.connection, (message) => {
      this.logger.warn(message);
    });
  }

  private tellOnce({ shown }: RedisServer, error: Error): void {
    if (!this.isAway) {
      this.isAway = true;
      this.logger.warn(`The queue at ${shown} does not answer, which is tried again: ${messageOf(error)}`);
    }
  }
}

/** Ids must not be numbers, which an id in hexadecimal may look like. */
function jobId(backupid: string): string {
  return `operation-${backupid}`;
}

async function loadBullmq(): Promise<typeof import('bullmq')> {
  try {
    return await import('bullmq');
  } catch (error) {
    throw queuePackageMissing(error);
  }
}
