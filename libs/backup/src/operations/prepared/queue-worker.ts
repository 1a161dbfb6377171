import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { BackupLogger } from '../../backup-logger.js';
import { BackupError, messageOf } from '../../errors/backup.error.js';
import { isCommandLine } from '../../is-command-line.js';
import { BullmqQueue } from '../../queue/bullmq-queue.js';
import type { OperationQueue } from '../../queue/operation-queue.js';
import { BackupEnvironment } from '../backup-environment.js';
import { OrderedWork } from './ordered-work.js';

/** Injection token of the {@link OperationQueue}; null where the process that is asked does the work itself. */
export const OPERATION_QUEUE = Symbol('OPERATION_QUEUE');

/** The queue that the module's options name. */
export function openQueue({ options, protectedTables }: BackupEnvironment, work: OrderedWork): OperationQueue | null {
  const { queue, concurrency, leaseSeconds } = options;
  if (queue.driver === 'in-process') {
    return null;
  }
  const { connection, worker, name = queueName(protectedTables.database) } = queue;
  return new BullmqQueue({ connection, worker, name, concurrency, leaseSeconds }, (backupid) =>
    work.carryOut(backupid, true),
  );
}

/** Has an application work for the queue as long as it runs. */
@Injectable()
export class QueueWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new BackupLogger();

  constructor(
    private readonly modules: ModulesContainer,
    @Inject(OPERATION_QUEUE) private readonly queue: OperationQueue | null,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.queue === null || isCommandLine(this.modules)) {
      return;
    }
    try {
      await this.queue.work();
    } catch (error) {
      if (!(error instanceof BackupError)) {
        throw error;
      }
      // the application is more than its backups
      this.logger.error(`This application does not work for the queue: ${messageOf(error)}`);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.queue?.pause();
    await this.queue?.close();
  }
}

function queueName(database: string): string {
  return `backups-${database.replaceAll(/[^A-Za-z0-9._-]/g, '_')}`;
}
