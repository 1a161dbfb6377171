import { Injectable } from '@nestjs/common';
import { BackupLogger } from '../../backup-logger.js';
import { BackupOperationRepository } from '../../catalog/repositories/backup-operation.repository.js';
import { messageOf } from '../../errors/backup.error.js';
import { isLeftToOthers } from '../../queue/queue.errors.js';
import { OperationRunner } from '../operation-runner.js';
import { OrderedWork } from './ordered-work.js';

const NEVER = new AbortController().signal;

/** What became of a prepared operation. */
export interface DueOperationResult {
  readonly backupid: string;
  readonly outcome: 'completed' | 'failed';
  /** Why it failed. */
  readonly message: string | null;
}

/** What one look at the catalog led to. */
interface Look {
  readonly started: readonly Promise<DueOperationResult | null>[];
  /** Others are due, and this process carries out as many operations as it may. */
  readonly isFull: boolean;
}

/** Whoever confirms an operation for now carries it out: others only when nobody has, this many seconds later. */
const PRECEDENCE = 5;

/**
 * Has prepared operations carried out when their time has come: never more than the runner has places for beside what else
 * this process was asked to do, since what it took up and let wait would be begun sooner by another.
 */
@Injectable()
export class DueOperations {
  private readonly logger = new BackupLogger();
  /** By backupid; null for what another process has taken up. */
  private readonly running = new Map<string, Promise<DueOperationResult | null>>();
  private isClosing = false;

  constructor(
    private readonly runner: OperationRunner,
    private readonly operations: BackupOperationRepository,
    private readonly work: OrderedWork,
  ) {}

  /**
   * Carries out all that is due, and waits.
   *
   * @param signal cancels what runs and starts no more
   */
  async runAll(signal?: AbortSignal): Promise<DueOperationResult[]> {
    const results: DueOperationResult[] = [];
    for (;;) {
      const { started, isFull } = await this.startSome(signal);
      const ended = await Promise.all(started);
      results.push(...ended.filter((result) => result !== null));
      if (signal?.aborted === true || (!isFull && ended.every((result) => result === null))) {
        return results;
      }
      if (isFull) {
        // aborted: the next look starts nothing
        await this.runner.room(signal ?? NEVER).catch(() => undefined);
      }
    }
  }

  /** Starts what is due, as far as the limit allows; each that ends has the next one started. */
  async startDue(): Promise<void> {
    for (const run of (await this.startSome()).started) {
      void run.then((result) => (result === null ? undefined : this.startDueSoon()));
    }
  }

  /** Starts nothing more. What runs here is for the runner to end. */
  stop(): void {
    this.isClosing = true;
  }

  /** Waits until what ran here is recorded. */
  async ended(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private startDueSoon(): void {
    this.startDue().catch((error: unknown) => {
      if (!this.isClosing) {
        this.logger.warn(`Waiting operations could not be read, which is tried again: ${messageOf(error)}`);
      }
    });
  }

  private async startSome(signal?: AbortSignal): Promise<Look> {
    const started: Promise<DueOperationResult | null>[] = [];
    for (const backupid of await this.operations.findDue(PRECEDENCE)) {
      if (this.isClosing || signal?.aborted === true) {
        break;
      }
      if (this.running.has(backupid) || this.runner.has(backupid)) {
        continue;
      }
      if (this.places <= 0) {
        return { started, isFull: true };
      }
      const run = this.carryOut(backupid, signal).finally(() => this.running.delete(backupid));
      this.running.set(backupid, run);
      started.push(run);
    }
    return { started, isFull: false };
  }

  /** Those of the runner that nothing is on its way to. */
  private get places(): number {
    const onTheirWay = [...this.running.keys()].filter((backupid) => !this.runner.has(backupid));
    return this.runner.free - onTheirWay.length;
  }

  /** Never fails: what went wrong is recorded. */
  private async carryOut(backupid: string, signal?: AbortSignal): Promise<DueOperationResult | null> {
    try {
      this.logger.log(`Operation ${backupid}, which was prepared for this time, begins`);
      await this.work.carryOut(backupid, true, { signal });
      return { backupid, outcome: 'completed', message: null };
    } catch (error) {
      if (isLeftToOthers(error)) {
        return null;
      }
      this.logger.error(`Operation ${backupid} failed: ${messageOf(error)}`);
      return { backupid, outcome: 'failed', message: messageOf(error) };
    }
  }
}
