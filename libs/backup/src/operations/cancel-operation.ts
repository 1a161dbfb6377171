import { Injectable } from '@nestjs/common';
import { LogLevel, OperationStatus } from '../catalog/catalog.types.js';
import { BackupLogRepository } from '../catalog/repositories/backup-log.repository.js';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import { OperationRunner } from './operation-runner.js';
import { operationCancelled } from './operation.errors.js';
import { UnstartedOperations } from './unstarted-operations.js';

/** States in which a process works on an operation: it stops when it finds that its row says that it is over. */
const WORKED_ON = [
  OperationStatus.EXECUTING,
  OperationStatus.PLANNED,
  OperationStatus.CONFIGURED,
  OperationStatus.NEED_PRECHECK,
] as const;
/** States in which nobody need be working on it. */
const WAITING = [OperationStatus.CREATED, OperationStatus.SETTING_UI, OperationStatus.AWAITING] as const;

/** Cancels operations, wherever they run, and those that wait. */
@Injectable()
export class CancelOperationService {
  constructor(
    private readonly runner: OperationRunner,
    private readonly operations: BackupOperationRepository,
    private readonly logs: BackupLogRepository,
    private readonly unstarted: UnstartedOperations,
  ) {}

  /** @returns false when the operation neither runs nor waits */
  async cancel(backupid: string): Promise<boolean> {
    return (
      this.runner.cancel(backupid) || (await this.cancelElsewhere(backupid)) || (await this.cancelWaiting(backupid))
    );
  }

  private async cancelElsewhere(backupid: string): Promise<boolean> {
    for (const from of WORKED_ON) {
      const patch = { errorCode: operationCancelled(backupid).code };
      if (await this.operations.transition(backupid, from, OperationStatus.FINISHED_ERR, patch)) {
        await this.logs.append(backupid, [{ level: LogLevel.WARNING, message: 'It was cancelled by another process' }]);
        return true;
      }
    }
    return false;
  }

  private async cancelWaiting(backupid: string): Promise<boolean> {
    for (const from of WAITING) {
      if (await this.unstarted.fail(backupid, from, operationCancelled(backupid))) {
        return true;
      }
    }
    return false;
  }
}
