import type { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import type { BackupError } from '../errors/backup.error.js';
import { operationCancelled, operationMovedOn, operationTakenForDead } from './operation.errors.js';

/** Why an operation that this process works on is not what it was: what others, who may end it, have recorded. */
export async function endedByOthers(backupid: string, operations: BackupOperationRepository): Promise<BackupError> {
  const operation = await operations.find(backupid);
  switch (operation?.errorCode) {
    case 'cancelled':
      return operationCancelled(backupid);
    case 'interrupted':
      return operationTakenForDead(backupid);
    default:
      return operationMovedOn(backupid);
  }
}
