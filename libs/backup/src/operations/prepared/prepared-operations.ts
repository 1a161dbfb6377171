import { Injectable } from '@nestjs/common';
import { OperationExecution, OperationPurpose, OperationScope, OperationStatus } from '../../catalog/catalog.types.js';
import { BackupLogRepository } from '../../catalog/repositories/backup-log.repository.js';
import { BackupOperationRepository } from '../../catalog/repositories/backup-operation.repository.js';
import type { LoadedOperation } from '../../catalog/repositories/operation-records.js';
import { BackupEventEmitter } from '../../events/backup-event-emitter.js';
import { BackupEvents } from '../../events/backup-events.js';
import { BackupEnvironment } from '../backup-environment.js';
import { OperationHeartbeat } from '../operation-heartbeat.js';
import { OperationJournal } from '../operation-journal.js';
import { OperationState } from '../operation-state.js';
import {
  changedMeanwhile,
  notPrepared,
  notWaiting,
  operationUnknown,
  timeAndConfirmation,
} from '../operation.errors.js';
import { operationLock, ServerLocks } from '../server-locks.js';
import {
  changedOrder,
  orderIn,
  parseOrder,
  type NewOperationOrder,
  type OperationOrder,
  type OrderSettings,
} from './operation-order.js';
import { OrderedWork } from './ordered-work.js';
import { startSeconds } from './start-time.js';

/** When and how a prepared operation starts. */
export interface PrepareOptions {
  /** Wait until it is confirmed; its settings can be changed until then. Default: false. */
  readonly interactive?: boolean;
  /** Not before this time; not of an interactive one, whose confirmation says when. Default: as soon as an application looks. */
  readonly executeAt?: Date;
  /** The host's user id. */
  readonly initiatedBy?: number;
}

/** Operations that wait: to be confirmed, then for their time. */
@Injectable()
export class PreparedOperations {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly operations: BackupOperationRepository,
    private readonly logs: BackupLogRepository,
    private readonly work: OrderedWork,
    private readonly events: BackupEventEmitter,
  ) {}

  /**
   * @returns the backupid of the new operation, which waits
   * @throws BackupError as the operation would, as far as that is known beforehand; nothing is recorded then
   */
  async prepare(wish: NewOperationOrder, options: PrepareOptions = {}): Promise<string> {
    const { interactive = false, executeAt, initiatedBy = null } = options;
    if (interactive && executeAt !== undefined) {
      throw timeAndConfirmation();
    }
    const executiontime = executeAt === undefined ? 'now' : startSeconds(executeAt);
    const order = parseOrder(wish);
    await this.checkWish(order, interactive);
    const status = interactive ? OperationStatus.SETTING_UI : OperationStatus.AWAITING;
    // at once in the state that it waits in: a state that somebody works on, without anybody who does, is one to recover from
    const backupid = await this.operations.create({
      operation: order.operation,
      type: OperationScope.SITE,
      plan: { order },
      interactive,
      purpose: interactive ? OperationPurpose.GENERAL : OperationPurpose.ASYNC,
      userid: initiatedBy,
      status,
      execution: interactive ? OperationExecution.IMMEDIATE : OperationExecution.DELAYED,
      executiontime: interactive ? 0 : executiontime,
    });
    this.events.emit(BackupEvents.operationChanged, { backupid, operation: order.operation, from: null, to: status });
    return backupid;
  }

  /**
   * Changes settings of an operation that waits to be confirmed.
   *
   * @param changes by the names of its settings; one that is undefined is as if it had never been set
   * @throws BackupError `operation_state` when it does not wait; `invalid_option`; `not_found`; `operation_tampered`
   */
  async change(backupid: string, changes: OrderSettings): Promise<OperationOrder> {
    const { loaded, order } = await this.waiting(backupid, 'change');
    const changed = changedOrder(order, changes);
    await this.checkWish(changed, true);
    const expected = { status: OperationStatus.SETTING_UI, checksum: loaded.checksum };
    if (!(await this.operations.updatePlan(backupid, { order: changed }, expected))) {
      throw changedMeanwhile(backupid);
    }
    return changed;
  }

  /** What would be confirmed now. Changes nothing. @throws BackupError as {@link confirm} does, but for what it tries out */
  async check(backupid: string): Promise<OperationOrder> {
    const { order } = await this.waiting(backupid, 'confirm');
    await this.work.check(order);
    return order;
  }

  /**
   * Confirms an operation: its settings are checked against the set and the server, and are final. Where they do not pass, it
   * waits for other settings again.
   *
   * @param executeAt not before this time; null: it begins at once
   * @throws BackupError as {@link change} does, and as the operation would before it begins
   */
  async confirm(backupid: string, executeAt: Date | null, signal?: AbortSignal): Promise<void> {
    const executiontime = executeAt === null ? 0 : startSeconds(executeAt);
    const order = await this.check(backupid);
    const state = new OperationState(
      backupid,
      order.operation,
      this.operations,
      this.events,
      OperationStatus.SETTING_UI,
    );
    if (this.work.needsPrecheck(order)) {
      await this.precheck(backupid, state, executeAt === null, signal);
    }
    await state.advance(OperationStatus.AWAITING, { execution: OperationExecution.DELAYED, executiontime });
  }

  /**
   * Checks what is asked for, while whoever asks is there. Of an interactive restore only what no confirmation can change: its
   * passphrase comes with that.
   */
  private async checkWish(order: OperationOrder, isInteractive: boolean): Promise<void> {
    await this.work.check(order);
    if (!isInteractive || order.operation === 'backup') {
      await this.work.precheck(order);
    }
  }

  /** Under the operation's lock, with signs of life: whoever finds neither takes the process for dead. */
  private async precheck(
    backupid: string,
    state: OperationState,
    beginsAtOnce: boolean,
    signal?: AbortSignal,
  ): Promise<void> {
    const abort = new AbortController();
    const journal = new OperationJournal(backupid, this.logs, this.environment.options.logLevel);
    const heartbeat = new OperationHeartbeat(backupid, this.operations, journal, abort);
    const locks = await ServerLocks.open(this.environment.address, () => undefined);
    try {
      await locks.take(operationLock(backupid));
      await state.advance(OperationStatus.NEED_PRECHECK);
      await heartbeat.start();
      try {
        // read again: from here on nobody changes it
        const { order } = await this.load(backupid);
        const sources = await this.work.precheck(order, {
          signal: signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]),
        });
        if (beginsAtOnce) {
          // it would end as an error, where it can be confirmed again later
          await locks.assertFree(sources);
        }
        await heartbeat.checkpoint();
      } catch (error) {
        await state.advance(OperationStatus.SETTING_UI);
        throw error;
      }
    } finally {
      heartbeat.stop();
      await locks.release();
    }
  }

  private async waiting(backupid: string, wish: string): Promise<{ loaded: LoadedOperation; order: OperationOrder }> {
    const { loaded, order } = await this.load(backupid);
    if (loaded.operation.status !== OperationStatus.SETTING_UI) {
      throw notWaiting(backupid, wish);
    }
    return { loaded, order };
  }

  private async load(backupid: string): Promise<{ loaded: LoadedOperation; order: OperationOrder }> {
    const loaded = await this.operations.load(backupid);
    if (loaded === null) {
      throw operationUnknown(backupid);
    }
    const order = orderIn(loaded.plan);
    if (order === null) {
      throw notPrepared(backupid);
    }
    return { loaded, order };
  }
}
