import { Injectable } from '@nestjs/common';
import { LogLevel, OperationStatus } from '../catalog/catalog.types.js';
import { BackupLogRepository } from '../catalog/repositories/backup-log.repository.js';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import type { OperationSummary } from '../catalog/repositories/operation-records.js';
import { BackupRestoreLogRepository } from '../catalog/repositories/backup-restore-log.repository.js';
import { operationPlan } from './operation-plans.js';
import { orderIn, type OperationOrder } from './prepared/operation-order.js';
import { operationCancelled, operationUnknown } from './operation.errors.js';

/** An operation with what it is about and how it ended. */
export interface OperationDetails extends OperationSummary {
  /** The backup that it makes, verifies, restores or takes back; null for a cleanup, and before it is planned. */
  readonly backupId: number | null;
  /** What it was prepared to do; null when it was started at once. */
  readonly order: OperationOrder | null;
  /** Why it failed; null unless it did. */
  readonly error: string | null;
}

/** Shows operations to whoever waits for them. */
@Injectable()
export class OperationDetailsService {
  constructor(
    private readonly operations: BackupOperationRepository,
    private readonly restores: BackupRestoreLogRepository,
    private readonly logs: BackupLogRepository,
  ) {}

  /** @throws BackupError `not_found` or `operation_tampered` */
  async show(backupid: string): Promise<OperationDetails> {
    const loaded = await this.operations.load(backupid);
    if (loaded === null) {
      throw operationUnknown(backupid);
    }
    return {
      ...loaded.operation,
      backupId: await this.backupOf(loaded.plan),
      order: orderIn(loaded.plan),
      error: await this.failureOf(loaded.operation),
    };
  }

  private async backupOf(stored: unknown): Promise<number | null> {
    const plan = operationPlan.safeParse(stored);
    if (!plan.success) {
      const order = orderIn(stored);
      return order !== null && 'backupId' in order ? order.backupId : null;
    }
    if (plan.data.kind === 'cleanup') {
      return null;
    }
    return plan.data.kind === 'undo'
      ? ((await this.restores.findById(plan.data.restoreId))?.backupId ?? null)
      : plan.data.historyId;
  }

  private async failureOf({ backupid, status, errorCode }: OperationSummary): Promise<string | null> {
    if (status !== OperationStatus.FINISHED_ERR) {
      return null;
    }
    const failures = await this.logs.list(backupid, { maxLevel: LogLevel.ERROR });
    // its process hears a second later that others cancelled it
    const told = errorCode === 'cancelled' ? operationCancelled(backupid).message : null;
    return failures.at(-1)?.message ?? told;
  }
}
