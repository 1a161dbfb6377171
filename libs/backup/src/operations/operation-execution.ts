import { BackupLogger } from '../backup-logger.js';
import { OperationStatus, type LogLevel } from '../catalog/catalog.types.js';
import type { BackupLogRepository } from '../catalog/repositories/backup-log.repository.js';
import type { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import { connectionLost } from '../database/database.errors.js';
import { messageOf, type BackupError } from '../errors/backup.error.js';
import type { BackupEventEmitter } from '../events/backup-event-emitter.js';
import type { Turns } from '../queue/turns.js';
import { endedByOthers } from './ended-by-others.js';
import { OperationHeartbeat } from './operation-heartbeat.js';
import { OperationJournal } from './operation-journal.js';
import type { OperationPlan } from './operation-plans.js';
import { isUnattended, originOf, type OperationRequest } from './operation-request.js';
import { OperationState } from './operation-state.js';
import type { OperationContext, OperationSteps } from './operation-steps.js';
import { cancelledBeforehand, operationFailure, operationTakenUp } from './operation.errors.js';
import { operationLock, ServerLocks } from './server-locks.js';
import { takePlaces } from './set-use.js';

/** How long an operation that nobody attends waits for databases that others back up or restore, seconds. */
const UNATTENDED_PATIENCE = 3600;

/** Where an execution records what it does, and whom it tells. */
export interface ExecutionRecords {
  readonly operations: BackupOperationRepository;
  readonly logs: BackupLogRepository;
  /** The least severe lines to keep. */
  readonly logLevel: LogLevel;
  /** How long a process may stand still before others take what it has. */
  readonly leaseSeconds: number;
  readonly events: BackupEventEmitter;
}

/** One recorded operation on its way through the states of backup_controllers, in this process. */
export class OperationExecution<Plan extends OperationPlan, Result> {
  private readonly logger = new BackupLogger();
  private readonly abort = new AbortController();
  private readonly journal: OperationJournal;
  private readonly heartbeat: OperationHeartbeat;
  private readonly state: OperationState;
  private readonly context: OperationContext;
  private isPlanned = false;
  private hasToldStart = false;

  constructor(
    private readonly backupid: string,
    private readonly request: OperationRequest,
    private readonly steps: OperationSteps<Plan, Result>,
    private readonly records: ExecutionRecords,
    /** Only so many operations go on at once in a process. */
    private readonly turns: Turns,
  ) {
    const { operations, logs, events } = records;
    this.journal = new OperationJournal(backupid, logs, records.logLevel);
    this.heartbeat = new OperationHeartbeat(backupid, operations, this.journal, this.abort);
    this.state = new OperationState(backupid, request.kind, operations, events, firstStatus(request));
    this.context = {
      backupid,
      signal: this.abort.signal,
      log: this.journal,
      checkpoint: () => this.heartbeat.checkpoint(),
      progress: (measure) => this.heartbeat.progress(measure),
    };
  }

  /** Ends it as an error with this reason, once what it has begun is taken back. */
  cancel(reason: BackupError): void {
    this.abort.abort(reason);
  }

  /** @throws BackupError why it failed or was cancelled, when that is recorded and what was begun is taken back */
  async run(): Promise<Result> {
    let locks: ServerLocks | null = null;
    let giveTurnOn: (() => void) | null = null;
    let isOurs = !this.isPrepared;
    try {
      giveTurnOn = await this.orPlan(() => this.takeTurn());
      locks = await this.orPlan(() => this.openLocks());
      await this.claim(locks);
      isOurs = true;
      return await this.takeSteps(locks);
    } catch (error) {
      const failure = operationFailure(this.abort.signal.aborted ? this.abort.signal.reason : error);
      if (isOurs) {
        await this.fail(failure);
      }
      throw failure;
    } finally {
      this.heartbeat.stop();
      await locks?.release();
      giveTurnOn?.();
    }
  }

  /** Whoever waits for an operation that was only just recorded gives signs of life for it. */
  private async takeTurn(): Promise<() => void> {
    if (!this.isPrepared) {
      await this.heartbeat.start();
    }
    if (this.turns.free === 0 && this.request.caller?.onStarted !== undefined) {
      // who is told that it waits would not hear that others work on the same
      await this.assertSourcesFree();
      this.tellStarted();
    }
    return this.turns.take(this.abort.signal);
  }

  private async assertSourcesFree(): Promise<void> {
    const { address, databases, folders = [] } = this.request;
    const locks = await ServerLocks.open(address, () => undefined);
    try {
      await locks.assertFree({ databases, folders });
    } finally {
      await locks.release();
    }
  }

  private tellStarted(): void {
    if (!this.hasToldStart) {
      this.hasToldStart = true;
      this.request.caller?.onStarted?.(this.backupid);
    }
  }

  private get isPrepared(): boolean {
    return this.request.recorded?.origin === 'order';
  }

  /** What cannot even start gets its row too, which says why. */
  private async orPlan<Start>(start: () => Promise<Start>): Promise<Start> {
    try {
      return await start();
    } catch (error) {
      if (!this.isPrepared) {
        await this.plan();
      }
      throw error;
    }
  }

  private openLocks(): Promise<ServerLocks> {
    const { address } = this.request;
    return ServerLocks.open(address, () => {
      this.abort.abort(connectionLost(address, null));
    });
  }

  /**
   * Before anything is recorded: whoever finds it recorded and the lock free knows that this process is gone. What was prepared
   * may be wanted by many processes, and goes to one; not to one that stands still since it has the lock, and has said nothing.
   */
  private async claim(locks: ServerLocks): Promise<void> {
    const lock = operationLock(this.backupid);
    const isFree = await locks.take(lock);
    if (!this.isPrepared) {
      return;
    }
    if (!isFree && !(await this.takeFromStopped(lock, locks))) {
      throw operationTakenUp(this.backupid);
    }
    if (!(await this.state.tryAdvance(OperationStatus.EXECUTING))) {
      const { code } = await endedByOthers(this.backupid, this.records.operations);
      throw code === 'cancelled' ? cancelledBeforehand(this.backupid) : operationTakenUp(this.backupid);
    }
  }

  /** Between its lock and its first state an operation asks for nothing else: whoever is there for long stands still. */
  private async takeFromStopped(lock: string, locks: ServerLocks): Promise<boolean> {
    const { operations, leaseSeconds } = this.records;
    const operation = await operations.find(this.backupid);
    return operation?.status === OperationStatus.AWAITING && locks.wrestFromIdle(lock, leaseSeconds);
  }

  private async takeSteps(locks: ServerLocks): Promise<Result> {
    if (this.isPrepared) {
      await this.heartbeat.start();
    }
    const plan = await this.plan();
    await this.storePlan(plan);
    await this.state.reach(OperationStatus.PLANNED);
    await this.state.reach(OperationStatus.CONFIGURED);
    await this.takeSources(locks);
    if (this.steps.precheck !== undefined) {
      await this.state.reach(OperationStatus.NEED_PRECHECK);
      await this.steps.precheck(plan, this.context);
    }
    await this.state.reach(OperationStatus.AWAITING);
    await this.state.reach(OperationStatus.EXECUTING);
    this.abort.signal.throwIfAborted();
    this.tellStarted();
    const result = await this.steps.execute(plan, this.context);
    await this.heartbeat.complete();
    await this.state.succeed();
    return result;
  }

  private plan(): Promise<Plan> {
    this.isPlanned = true;
    return this.steps.plan(this.backupid);
  }

  private async storePlan(plan: Plan): Promise<void> {
    const stored = { ...plan, ...originOf(this.request.recorded) };
    const expected = { status: this.state.current };
    if (!(await this.records.operations.updatePlan(this.backupid, stored, expected))) {
      // whoever took this process for dead, while it stood still, knows nothing of what it has recorded since
      this.isPlanned = false;
      await this.steps.withdraw?.();
      throw await endedByOthers(this.backupid, this.records.operations);
    }
  }

  private async takeSources(locks: ServerLocks): Promise<void> {
    const { databases, folders = [], sets = [], recorded } = this.request;
    const patience = { seconds: isUnattended(recorded) ? UNATTENDED_PATIENCE : 0, signal: this.abort.signal };
    await takePlaces(locks, sets);
    await locks.takeDatabases(databases, patience);
    await locks.takeFolders(folders, patience);
    const held = [...databases, ...folders, ...sets];
    this.journal.debug(
      held.length > 0 ? `Nobody else may change ${held.join(', ')} now` : 'It holds no locks but its own',
    );
  }

  private async fail(failure: BackupError): Promise<void> {
    this.journal.failure(failure.message);
    await this.attempt(() => this.journal.flush());
    // last: until then whoever comes after a crash sees that there is something left to do
    await this.attempt(async () => {
      if (this.isPlanned) {
        await this.steps.failed(failure, this.backupid);
      }
      await this.state.fail(failure);
    });
  }

  private async attempt(record: () => Promise<unknown>): Promise<void> {
    try {
      await record();
    } catch (error) {
      // the server is gone, most likely: the next command cleans up and finishes the record
      this.logger.debug(`The failure of ${this.backupid} could not be recorded: ${messageOf(error)}`);
    }
  }
}

function firstStatus({ recorded }: OperationRequest): OperationStatus {
  return recorded?.origin === 'order' ? OperationStatus.AWAITING : OperationStatus.CREATED;
}
