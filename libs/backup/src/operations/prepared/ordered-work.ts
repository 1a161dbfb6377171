import { Injectable } from '@nestjs/common';
import { OperationStatus } from '../../catalog/catalog.types.js';
import { BackupOperationRepository } from '../../catalog/repositories/backup-operation.repository.js';
import { isLeftToOthers } from '../../queue/queue.errors.js';
import { BackupOperationService } from '../backup-operation.js';
import { CleanupOperationService } from '../cleanup-operation.js';
import type { OperationCaller, PreparedRun } from '../operation-request.js';
import { operationFailure, operationUnknown, orderUnreadable } from '../operation.errors.js';
import type { OperationProgressReport } from '../operation-progress.js';
import { RestoreOperationService } from '../restore-operation.js';
import type { LockedSources } from '../server-locks.js';
import { UnstartedOperations } from '../unstarted-operations.js';
import { VerifyOperationService } from '../verify-operation.js';
import { orderIn, type OperationOrder } from './operation-order.js';

/** Who follows an operation that was prepared, and may cancel it. */
export interface OrderFollower extends OperationCaller {
  readonly signal?: AbortSignal;
  /** Of encrypted backups: not kept with the order. */
  readonly passphrase?: string;
  readonly onProgress?: (progress: OperationProgressReport) => void;
}

/** Checks and carries out what was asked for beforehand. */
@Injectable()
export class OrderedWork {
  constructor(
    private readonly backups: BackupOperationService,
    private readonly restores: RestoreOperationService,
    private readonly verifications: VerifyOperationService,
    private readonly cleanups: CleanupOperationService,
    private readonly operations: BackupOperationRepository,
    private readonly unstarted: UnstartedOperations,
  ) {}

  /** Looks at what can be known beforehand. @throws BackupError as the operation does */
  async check(order: OperationOrder): Promise<void> {
    switch (order.operation) {
      case 'backup':
        return this.backups.check(order.type, order.settings);
      case 'restore':
        await this.restores.check(order.backupId, order.settings);
        return;
      case 'verify':
        await this.verifications.check(order.backupId, order.settings.level ?? 'full', order.settings);
        return;
      case 'cleanup':
    }
  }

  /** Whether there is more to check before the operation may start. */
  needsPrecheck({ operation }: OperationOrder): boolean {
    return operation === 'backup' || operation === 'restore';
  }

  /**
   * Looks at all that can be known before anything is written.
   *
   * @returns what the operation would lock
   * @throws BackupError as the operation does
   */
  async precheck(
    order: OperationOrder,
    follower: Pick<OrderFollower, 'signal' | 'passphrase'> = {},
  ): Promise<LockedSources> {
    switch (order.operation) {
      case 'backup':
        return this.backups.rehearse(order.type, { ...order.settings, ...follower });
      case 'restore':
        return this.restores.rehearse(order.backupId, { ...order.settings, ...follower });
      case 'verify':
      case 'cleanup':
        return { databases: [], folders: [] };
    }
  }

  /**
   * Carries out a prepared operation that waits, and waits for it.
   *
   * @param isUnattended nobody is there who could try again
   * @throws BackupError as the operation does, whose record is finished then; `operation_state` when another process has
   *   taken it up
   */
  async carryOut(backupid: string, isUnattended: boolean, follower: OrderFollower = {}): Promise<void> {
    try {
      const loaded = await this.operations.load(backupid);
      if (loaded === null) {
        throw operationUnknown(backupid);
      }
      const order = orderIn(loaded.plan);
      if (order === null) {
        throw orderUnreadable(backupid);
      }
      const initiatedBy = loaded.operation.userid ?? undefined;
      await this.begin(order, { ...follower, initiatedBy }, { origin: 'order', order, backupid, isUnattended });
    } catch (error) {
      if (!isLeftToOthers(error)) {
        await this.unstarted.fail(backupid, OperationStatus.AWAITING, operationFailure(error));
      }
      throw error;
    }
  }

  /**
   * Carries an order out, and waits for it.
   *
   * @param run its row; null when it gets one now
   */
  async begin(order: OperationOrder, follower: OrderFollower, run: PreparedRun | null): Promise<void> {
    switch (order.operation) {
      case 'backup':
        await this.backups.create(order.type, { ...order.settings, ...follower }, run);
        return;
      case 'restore':
        await this.restores.restore(order.backupId, { ...order.settings, ...follower }, run);
        return;
      case 'verify': {
        const { level = 'full', ...settings } = order.settings;
        return this.verifications.verify(order.backupId, level, { ...settings, ...follower }, run);
      }
      case 'cleanup':
        await this.cleanups.cleanup(new Date(), { ...order.settings, ...follower }, run);
    }
  }
}
