import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { OperationScope, OperationStatus, type OperationKind } from '../catalog/catalog.types.js';
import { BackupLogRepository } from '../catalog/repositories/backup-log.repository.js';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import { connectionLost } from '../database/database.errors.js';
import type { ServerAddress } from '../database/server-connection.js';
import { BackupError, messageOf } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents } from '../events/backup-events.js';
import { BackupEnvironment } from './backup-environment.js';
import { OperationJournal } from './operation-journal.js';
import type { OperationPlan } from './operation-plans.js';
import { operationLock, ServerLocks } from './server-locks.js';

/** What a running operation works with. */
export interface OperationContext {
  readonly backupid: string;
  /** Aborts when the operation is cancelled, from here or by another process. */
  readonly signal: AbortSignal;
  readonly log: OperationJournal;
  /**
   * Throws when somebody has cancelled the operation or taken it for dead, and when that cannot be found out: asked before
   * a step that is not taken back.
   */
  checkpoint(): Promise<void>;
  /** Says how far the work is, 0 to 1; written to the catalog once a second. */
  progress(fraction: number): void;
}

/** Who asks for an operation, and is told when it runs without having to wait for its end. */
export interface OperationCaller {
  /** The host's user id. */
  readonly initiatedBy?: number;
  /**
   * Told the operation's backupid when its work begins: it is planned, holds its locks, and has passed its checks. Of a
   * schedule's run: when that is recorded.
   */
  readonly onStarted?: (backupid: string) => void;
}

/** A run of a schedule, whose operation was recorded when it was claimed. */
export interface ScheduledRun {
  readonly scheduleId: number;
  /** Null when somebody asked for it. */
  readonly due: Date | null;
  readonly backupid: string;
}

export interface OperationRequest {
  readonly kind: OperationKind;
  readonly caller?: OperationCaller;
  /** Nobody is there who could try again: it waits for databases that others work on. Null: somebody is. */
  readonly scheduled?: ScheduledRun | null;
  /** Cancels from the caller's side. */
  readonly signal?: AbortSignal;
  /** Databases that nobody else may back up or restore meanwhile. */
  readonly databases: readonly string[];
  /** Folders of files, in the same way. Default: none. */
  readonly folders?: readonly string[];
  /** Where the locks are held. */
  readonly address: ServerAddress;
}

/** The steps of an operation, in the order of its states. */
export interface OperationSteps<Plan extends OperationPlan, Result> {
  /** Works out what to do; recorded before anything is done. */
  readonly plan: (backupid: string) => Promise<Plan>;
  /** Checks that must pass before anything is written: NEED_PRECHECK. */
  readonly precheck?: (plan: Plan, context: OperationContext) => Promise<void>;
  readonly execute: (plan: Plan, context: OperationContext) => Promise<Result>;
  /** Removes what is left of it and tells the outside that it failed. When this throws, the next command finishes the operation. */
  readonly failed: (error: BackupError, backupid: string) => Promise<void>;
}

/** How often progress, heartbeat and log lines are written, milliseconds. */
const HEARTBEAT = 1000;
/** How long a scheduled run waits for databases that others back up or restore, seconds. */
const SCHEDULED_PATIENCE = 3600;

/** Takes operations through the states of backup_controllers, in this process. */
@Injectable()
export class OperationRunner {
  private readonly logger = new Logger('Backup');
  private readonly running = new Map<string, { readonly abort: AbortController; readonly done: Promise<unknown> }>();

  private isClosing = false;

  constructor(
    private readonly environment: BackupEnvironment,
    private readonly operations: BackupOperationRepository,
    private readonly logs: BackupLogRepository,
    private readonly events: BackupEventEmitter,
  ) {}

  async run<Plan extends OperationPlan, Result>(
    request: OperationRequest,
    steps: OperationSteps<Plan, Result>,
  ): Promise<Result> {
    if (this.isClosing) {
      throw shuttingDown();
    }
    const backupid = request.scheduled?.backupid ?? (await this.record(request));
    const abort = new AbortController();
    const cancel = (): void => {
      abort.abort(new BackupError('cancelled', 'The operation was cancelled.'));
    };
    request.signal?.addEventListener('abort', cancel, { once: true });
    if (request.signal?.aborted === true) {
      cancel();
    }
    const done = this.execute(backupid, request, steps, abort);
    this.running.set(backupid, { abort, done: done.catch(() => undefined) });
    try {
      return await done;
    } finally {
      this.running.delete(backupid);
      request.signal?.removeEventListener('abort', cancel);
    }
  }

  private record({ kind, caller }: OperationRequest): Promise<string> {
    const userid = caller?.initiatedBy ?? null;
    return this.operations.create({ operation: kind, type: OperationScope.SITE, plan: {}, userid });
  }

  /** Cancels an operation that runs in this process. False: it does not. */
  cancel(backupid: string): boolean {
    const entry = this.running.get(backupid);
    entry?.abort.abort(new BackupError('cancelled', 'The operation was cancelled.'));
    return entry !== undefined;
  }

  /** Starts nothing more; what runs in this process may end in the time of grace, and is then cancelled and cleaned up. */
  async close(): Promise<void> {
    this.isClosing = true;
    const entries = [...this.running.values()];
    const ended = Promise.all(entries.map(({ done }) => done));
    const patience = new AbortController();
    const grace = delay(this.environment.options.shutdownGraceSeconds * 1000, undefined, { signal: patience.signal });
    await Promise.race([ended, grace]);
    patience.abort();
    for (const { abort } of entries) {
      abort.abort(shuttingDown());
    }
    await ended;
  }

  private async execute<Plan extends OperationPlan, Result>(
    backupid: string,
    request: OperationRequest,
    steps: OperationSteps<Plan, Result>,
    abort: AbortController,
  ): Promise<Result> {
    const journal = new OperationJournal(backupid, this.logs);
    const changed = (from: OperationStatus | null, to: OperationStatus): void => {
      this.events.emit(BackupEvents.operationChanged, { backupid, operation: request.kind, from, to });
    };
    let status: OperationStatus = OperationStatus.CREATED;
    changed(null, status);
    const advance = async (to: OperationStatus): Promise<void> => {
      if (!(await this.operations.transition(backupid, status, to))) {
        throw operationEnded(backupid);
      }
      changed(status, to);
      status = to;
    };
    let locks: ServerLocks | null = null;
    let heartbeat: NodeJS.Timeout | null = null;
    let progress = 0;
    const context: OperationContext = {
      backupid,
      signal: abort.signal,
      log: journal,
      checkpoint: async () => {
        await this.giveSign(backupid, progress, journal, abort);
        abort.signal.throwIfAborted();
      },
      progress: (fraction) => {
        progress = Math.max(progress, Math.min(fraction, 1));
      },
    };
    try {
      locks = await ServerLocks.open(request.address, () => {
        abort.abort(connectionLost(request.address, null));
      }).catch(async (error: unknown) => {
        // what cannot even start gets its row too, which says why
        await steps.plan(backupid);
        throw error;
      });
      // before anything is recorded: whoever finds it recorded and the lock free knows that this process is gone
      await locks.take(operationLock(backupid));
      if (!(await this.operations.heartbeat(backupid, 0))) {
        throw operationEnded(backupid);
      }
      heartbeat = setInterval(() => {
        void this.beat(backupid, progress, journal, abort);
      }, HEARTBEAT);
      const plan = await steps.plan(backupid);
      await this.operations.updatePlan(backupid, { ...plan, ...scheduleOf(request) });
      await advance(OperationStatus.PLANNED);
      await advance(OperationStatus.CONFIGURED);
      const patience = { seconds: request.scheduled ? SCHEDULED_PATIENCE : 0, signal: abort.signal };
      await locks.takeDatabases(request.databases, patience);
      await locks.takeFolders(request.folders ?? [], patience);
      if (steps.precheck !== undefined) {
        await advance(OperationStatus.NEED_PRECHECK);
        await steps.precheck(plan, context);
      }
      await advance(OperationStatus.AWAITING);
      await advance(OperationStatus.EXECUTING);
      abort.signal.throwIfAborted();
      request.caller?.onStarted?.(backupid);
      const result = await steps.execute(plan, context);
      clearInterval(heartbeat);
      await journal.flush();
      await this.operations.heartbeat(backupid, 1);
      await this.succeed(backupid);
      changed(status, OperationStatus.FINISHED_OK);
      return result;
    } catch (error) {
      const failure = abort.signal.aborted ? asBackupError(abort.signal.reason) : asBackupError(error);
      journal.failure(failure.message);
      if (await this.fail(backupid, status, failure, journal, steps)) {
        changed(status, OperationStatus.FINISHED_ERR);
      }
      throw failure;
    } finally {
      if (heartbeat !== null) {
        clearInterval(heartbeat);
      }
      await locks?.release();
    }
  }

  private async beat(
    backupid: string,
    progress: number,
    journal: OperationJournal,
    abort: AbortController,
  ): Promise<void> {
    try {
      await this.giveSign(backupid, progress, journal, abort);
    } catch (error) {
      // the work may go on without the catalog for a while; what matters is recorded at the end
      this.logger.debug(`Heartbeat of ${backupid} failed: ${messageOf(error)}`);
    }
  }

  private async giveSign(
    backupid: string,
    progress: number,
    journal: OperationJournal,
    abort: AbortController,
  ): Promise<void> {
    await journal.flush();
    if (!(await this.operations.heartbeat(backupid, progress))) {
      abort.abort(new BackupError('cancelled', `Operation ${backupid} was cancelled, or taken for dead.`));
    }
  }

  /** Who cancels an operation that is done already is too late. */
  private async succeed(backupid: string): Promise<void> {
    for (const status of [OperationStatus.EXECUTING, OperationStatus.FINISHED_ERR]) {
      if (await this.operations.transition(backupid, status, OperationStatus.FINISHED_OK)) {
        return;
      }
    }
  }

  /** Whether the operation could be finished as an error. */
  private async fail<Plan extends OperationPlan, Result>(
    backupid: string,
    status: OperationStatus,
    failure: BackupError,
    journal: OperationJournal,
    steps: OperationSteps<Plan, Result>,
  ): Promise<boolean> {
    const attempt = async (record: () => Promise<unknown>): Promise<boolean> => {
      try {
        await record();
        return true;
      } catch (error) {
        // the server is gone, most likely: the next command cleans up and finishes the record
        this.logger.debug(`The failure of ${backupid} could not be recorded: ${messageOf(error)}`);
        return false;
      }
    };
    await attempt(() => journal.flush());
    // last: until then whoever comes after a crash sees that there is something left to do
    return (
      (await attempt(() => steps.failed(failure, backupid))) &&
      (await attempt(() => this.operations.transition(backupid, status, OperationStatus.FINISHED_ERR)))
    );
  }
}

/** Which run of which schedule it is: kept with the plan. */
function scheduleOf({ scheduled }: OperationRequest): object {
  return scheduled ? { scheduled: { scheduleId: scheduled.scheduleId, due: scheduled.due } } : {};
}

function shuttingDown(): BackupError {
  return new BackupError('cancelled', 'The application is shutting down.');
}

function operationEnded(backupid: string): BackupError {
  return new BackupError(
    'operation_state',
    `Operation ${backupid} was ended by somebody else: it was cancelled, or taken for dead; start it again.`,
  );
}

function asBackupError(error: unknown): BackupError {
  return error instanceof BackupError
    ? error
    : new BackupError('query_failed', `The operation failed: ${messageOf(error)}`, { cause: error });
}
