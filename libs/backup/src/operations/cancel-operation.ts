import { Injectable } from '@nestjs/common';
import { OperationStatus } from '../catalog/catalog.types.js';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import { OperationRunner } from './operation-runner.js';
import { operationCancelled } from './operation.errors.js';
import { UnstartedOperations } from './unstarted-operations.js';

/** Cancels operations, wherever they run, and those that wait. */
@Injectable()
export class CancelOperationService {
  constructor(
    private readonly runner: OperationRunner,
    private readonly operations: BackupOperationRepository,
    private readonly unstarted: UnstartedOperations,
  ) {}

  /** @returns false when the operation neither runs nor waits */
  async cancel(backupid: string): Promise<boolean> {
    return (
      this.runner.cancel(backupid) ||
      (await this.operations.transition(backupid, OperationStatus.EXECUTING, OperationStatus.FINISHED_ERR)) ||
      (await this.cancelWaiting(backupid))
    );
  }

  private async cancelWaiting(backupid: string): Promise<boolean> {
    const { message } = operationCancelled();
    for (const from of [OperationStatus.CREATED, OperationStatus.SETTING_UI, OperationStatus.AWAITING]) {
      if (await this.unstarted.close(backupid, { from, to: OperationStatus.FINISHED_ERR, message })) {
        return true;
      }
    }
    return false;
  }
}
