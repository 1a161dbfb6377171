import { Injectable } from '@nestjs/common';
import { LogLevel, OperationStatus } from '../catalog/catalog.types.js';
import { BackupLogRepository } from '../catalog/repositories/backup-log.repository.js';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents } from '../events/backup-events.js';

/** How an operation ends that nothing was done of. */
export interface UnstartedEnding {
  /** The state that it still has to be in. */
  readonly from: OperationStatus;
  /** `FINISHED_ERR`, or `FINISHED_OK` where there was nothing to do. */
  readonly to: OperationStatus;
  /** For its log. */
  readonly message: string;
}

/** Finishes recorded operations that never ran: the runner finishes what it has begun. */
@Injectable()
export class UnstartedOperations {
  constructor(
    private readonly operations: BackupOperationRepository,
    private readonly logs: BackupLogRepository,
    private readonly events: BackupEventEmitter,
  ) {}

  /** @returns whether this call did it */
  async close(backupid: string, { from, to, message }: UnstartedEnding): Promise<boolean> {
    if (!(await this.operations.transition(backupid, from, to))) {
      return false;
    }
    const level = to === OperationStatus.FINISHED_OK ? LogLevel.INFO : LogLevel.ERROR;
    await this.logs.append(backupid, [{ level, message }]);
    const operation = await this.operations.find(backupid);
    if (operation !== null) {
      this.events.emit(BackupEvents.operationChanged, { backupid, operation: operation.operation, from, to });
    }
    return true;
  }
}
