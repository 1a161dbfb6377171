import { OperationStatus, type OperationKind } from '../catalog/catalog.types.js';
import type { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import type { OperationPatch } from '../catalog/repositories/operation-records.js';
import type { BackupError } from '../errors/backup.error.js';
import type { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents } from '../events/backup-events.js';
import { endedByOthers } from './ended-by-others.js';

/** The state of an operation that this process carries out: every change is recorded first, and then told. */
export class OperationState {
  constructor(
    private readonly backupid: string,
    private readonly kind: OperationKind,
    private readonly operations: BackupOperationRepository,
    private readonly events: BackupEventEmitter,
    private status: OperationStatus,
  ) {
    if (status === OperationStatus.CREATED) {
      this.tell(null, status);
    }
  }

  get current(): OperationStatus {
    return this.status;
  }

  /** Passes through a state, unless that was done before the operation came here. */
  async reach(status: OperationStatus): Promise<void> {
    if (this.status < status) {
      await this.advance(status);
    }
  }

  /** @throws BackupError `cancelled`, `interrupted` or `operation_state` when somebody else has moved the operation on */
  async advance(to: OperationStatus, patch?: OperationPatch): Promise<void> {
    if (!(await this.tryAdvance(to, patch))) {
      throw await endedByOthers(this.backupid, this.operations);
    }
  }

  /** @returns false when somebody else has moved the operation on */
  async tryAdvance(to: OperationStatus, patch?: OperationPatch): Promise<boolean> {
    const isOurs = await this.operations.transition(this.backupid, this.status, to, patch);
    if (isOurs) {
      this.moveTo(to);
    }
    return isOurs;
  }

  /** Who cancels an operation that is done already is too late. */
  async succeed(): Promise<void> {
    for (const status of [OperationStatus.EXECUTING, OperationStatus.FINISHED_ERR]) {
      if (await this.operations.transition(this.backupid, status, OperationStatus.FINISHED_OK)) {
        break;
      }
    }
    this.moveTo(OperationStatus.FINISHED_OK);
  }

  async fail({ code: errorCode }: BackupError): Promise<void> {
    await this.operations.transition(this.backupid, this.status, OperationStatus.FINISHED_ERR, { errorCode });
    this.moveTo(OperationStatus.FINISHED_ERR);
  }

  private moveTo(to: OperationStatus): void {
    this.tell(this.status, to);
    this.status = to;
  }

  private tell(from: OperationStatus | null, to: OperationStatus): void {
    const { backupid, kind: operation } = this;
    this.events.emit(BackupEvents.operationChanged, { backupid, operation, from, to });
  }
}
