import { Injectable } from '@nestjs/common';
import { LogLevel, OperationStatus } from '../catalog/catalog.types.js';
import { BackupLogRepository, type LogEntry } from '../catalog/repositories/backup-log.repository.js';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import type { BackupError } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents } from '../events/backup-events.js';

/** Finishes recorded operations that never ran: the runner finishes what it has begun. */
@Injectable()
export class UnstartedOperations {
  constructor(
    private readonly operations: BackupOperationRepository,
    private readonly logs: BackupLogRepository,
    private readonly events: BackupEventEmitter,
  ) {}

  /** Of an operation that is still in this state. @returns whether this call did it */
  async fail(backupid: string, from: OperationStatus, { code, message }: BackupError): Promise<boolean> {
    const isOurs = await this.operations.transition(backupid, from, OperationStatus.FINISHED_ERR, { errorCode: code });
    return isOurs && this.tell(backupid, from, OperationStatus.FINISHED_ERR, { level: LogLevel.ERROR, message });
  }

  /** Where there is nothing to do. @param why for its log @returns whether this call did it */
  async skip(backupid: string, from: OperationStatus, why: string): Promise<boolean> {
    const isOurs = await this.operations.transition(backupid, from, OperationStatus.FINISHED_OK);
    return isOurs && this.tell(backupid, from, OperationStatus.FINISHED_OK, { level: LogLevel.INFO, message: why });
  }

  private async tell(backupid: string, from: OperationStatus, to: OperationStatus, line: LogEntry): Promise<true> {
    await this.logs.append(backupid, [line]);
    const operation = await this.operations.find(backupid);
    if (operation !== null) {
      this.events.emit(BackupEvents.operationChanged, { backupid, operation: operation.operation, from, to });
    }
    return true;
  }
}
