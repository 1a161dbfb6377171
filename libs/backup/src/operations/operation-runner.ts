import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { OperationScope } from '../catalog/catalog.types.js';
import { BackupLogRepository } from '../catalog/repositories/backup-log.repository.js';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import type { BackupError } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { Turns } from '../queue/turns.js';
import { BackupEnvironment } from './backup-environment.js';
import { OperationExecution } from './operation-execution.js';
import type { OperationPlan } from './operation-plans.js';
import type { OperationRequest } from './operation-request.js';
import type { OperationSteps } from './operation-steps.js';
import { cancelledByShutdown, operationCancelled, shuttingDown } from './operation.errors.js';

/** An operation that this process carries out. */
interface Running {
  readonly cancel: (reason: BackupError) => void;
  /** Never fails. */
  readonly ended: Promise<unknown>;
}

/** Carries operations out in this process, and ends them when it is told to. */
@Injectable()
export class OperationRunner {
  private readonly running = new Map<string, Running>();
  private readonly turns: Turns;
  private readonly toTell: (() => Promise<void>)[] = [];
  private isClosing = false;

  constructor(
    private readonly environment: BackupEnvironment,
    private readonly operations: BackupOperationRepository,
    private readonly logs: BackupLogRepository,
    private readonly events: BackupEventEmitter,
  ) {
    this.turns = new Turns(environment.options.concurrency);
  }

  /** Records an operation, unless that was done, carries it out when it is its turn, and waits for it. @throws BackupError */
  async run<Plan extends OperationPlan, Result>(
    request: OperationRequest,
    steps: OperationSteps<Plan, Result>,
  ): Promise<Result> {
    this.assertOpen();
    const backupid = request.recorded?.backupid ?? (await this.record(request));
    const { operations, logs, events } = this;
    const { logLevel, leaseSeconds } = this.environment.options;
    const execution = new OperationExecution(
      backupid,
      request,
      steps,
      { operations, logs, logLevel, leaseSeconds, events },
      this.turns,
    );
    const cancel = (): void => {
      execution.cancel(operationCancelled(backupid));
    };
    request.signal?.addEventListener('abort', cancel, { once: true });
    if (request.signal?.aborted === true) {
      cancel();
    }
    const done = execution.run();
    this.running.set(backupid, {
      cancel: (reason) => {
        execution.cancel(reason);
      },
      ended: done.catch(() => undefined),
    });
    try {
      return await done;
    } finally {
      this.running.delete(backupid);
      request.signal?.removeEventListener('abort', cancel);
    }
  }

  /** @throws BackupError `shutting_down` */
  assertOpen(): void {
    if (this.isClosing) {
      throw shuttingDown();
    }
  }

  /** Has something done when the application ends and nothing runs here any more, before it is gone. */
  whenClosed(tell: () => Promise<void>): void {
    this.toTell.push(tell);
  }

  /** How many more operations would begin at once. */
  get free(): number {
    return this.turns.free;
  }

  /** Whether an operation runs or waits for its turn in this process. */
  has(backupid: string): boolean {
    return this.running.has(backupid);
  }

  /** Resolves when an operation that was asked for now would begin. @throws the signal's reason */
  async room(signal: AbortSignal): Promise<void> {
    const giveOn = await this.turns.take(signal);
    giveOn();
  }

  /** Cancels an operation that runs or waits for its turn in this process. False: it does not. */
  cancel(backupid: string): boolean {
    const entry = this.running.get(backupid);
    entry?.cancel(operationCancelled(backupid));
    return entry !== undefined;
  }

  /** Starts nothing more; what runs in this process may end in the time of grace, and is then cancelled and cleaned up. */
  async close(): Promise<void> {
    this.isClosing = true;
    const entries = [...this.running.values()];
    const ended = Promise.all(entries.map((entry) => entry.ended));
    const patience = new AbortController();
    const grace = delay(this.environment.options.shutdownGraceSeconds * 1000, undefined, { signal: patience.signal });
    await Promise.race([ended, grace]);
    patience.abort();
    for (const entry of entries) {
      entry.cancel(cancelledByShutdown());
    }
    await ended;
    await Promise.all(this.toTell.map((tell) => tell()));
  }

  private record({ kind, caller }: OperationRequest): Promise<string> {
    const userid = caller?.initiatedBy ?? null;
    return this.operations.create({ operation: kind, type: OperationScope.SITE, plan: {}, userid });
  }
}
