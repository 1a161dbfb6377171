import type { BackupRestoreLog } from '../catalog/entities/backup-restore-log.entity.js';
import type { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import { operationPlan, type RestorePlan } from './operation-plans.js';

/** What a restore set out to do; null where its operation is gone, or is none of a restore. @throws BackupError `operation_tampered` */
export async function restorePlanOf(
  operations: BackupOperationRepository,
  { backupid }: BackupRestoreLog,
): Promise<RestorePlan | null> {
  const loaded = backupid === null ? null : await operations.load(backupid);
  const plan = operationPlan.safeParse(loaded?.plan);
  return plan.success && plan.data.kind === 'restore' ? plan.data : null;
}
