import { Inject, Injectable, Optional } from '@nestjs/common';
import { CatalogConnection } from './catalog/catalog-connection.js';
import { BackupHistoryRepository } from './catalog/repositories/backup-history.repository.js';
import { BackupLogRepository } from './catalog/repositories/backup-log.repository.js';
import { BackupOperationRepository } from './catalog/repositories/backup-operation.repository.js';
import { BackupRestoreLogRepository } from './catalog/repositories/backup-restore-log.repository.js';
import { BackupDoctor } from './doctor/backup-doctor.js';
import { BackupHealth } from './health/backup-health.js';
import { BackupNotifier } from './notifications/backup-notifier.js';
import { AnsweredRequests } from './operations/answered-requests.js';
import { AuditTrail } from './operations/audit-trail.js';
import { BackupOperationService } from './operations/backup-operation.js';
import { CleanupOperationService } from './operations/cleanup-operation.js';
import { CleanupPlanService } from './operations/cleanup-plan.js';
import { CancelOperationService } from './operations/cancel-operation.js';
import { DueOperations } from './operations/prepared/due-operations.js';
import { OrderedWork } from './operations/prepared/ordered-work.js';
import { OPERATION_STARTER, type OperationStarter } from './operations/prepared/start-operations.js';
import { PreparedOperations } from './operations/prepared/prepared-operations.js';
import { DeleteBackupService } from './operations/delete-backup.js';
import { DownloadSetService } from './operations/download-set.js';
import { EncryptionKeyService } from './operations/encryption-keys.js';
import { FoundBackups } from './operations/found-backups.js';
import { ImportSetsService } from './operations/import-sets.js';
import { OperationDetailsService } from './operations/operation-details.js';
import { OperationLogs } from './operations/operation-logs.js';
import { OperationRunner } from './operations/operation-runner.js';
import { PinBackupService } from './operations/pin-backup.js';
import { RecoveryService } from './operations/recovery.js';
import { RestoreOperationService } from './operations/restore-operation.js';
import { RestorePreviewService } from './operations/restore-preview.js';
import { RotateKeyService } from './operations/rotate-key.js';
import { UndoRestoreService } from './operations/undo-restore.js';
import { UploadSetService } from './operations/upload-set.js';
import { VerifyOperationService } from './operations/verify-operation.js';
import { DueSchedules } from './schedules/due-schedules.js';
import { ScheduleTimers } from './schedules/schedule-timers.js';
import { ScheduleService } from './schedules/schedule.service.js';
import { ScheduledWork } from './schedules/scheduled-work.js';

/** The services that the facade stands in front of. */
@Injectable()
export class BackupServices {
  constructor(
    readonly catalog: CatalogConnection,
    readonly history: BackupHistoryRepository,
    readonly restores: BackupRestoreLogRepository,
    readonly operations: BackupOperationRepository,
    readonly logs: BackupLogRepository,
    readonly runner: OperationRunner,
    readonly recovery: RecoveryService,
    readonly backups: FoundBackups,
    readonly create: BackupOperationService,
    readonly verify: VerifyOperationService,
    readonly restore: RestoreOperationService,
    readonly previews: RestorePreviewService,
    readonly undo: UndoRestoreService,
    readonly deletion: DeleteBackupService,
    readonly pins: PinBackupService,
    readonly cleanupPlans: CleanupPlanService,
    readonly cleanup: CleanupOperationService,
    readonly imports: ImportSetsService,
    readonly keys: EncryptionKeyService,
    readonly rotation: RotateKeyService,
    readonly health: BackupHealth,
    readonly doctor: BackupDoctor,
    readonly notifier: BackupNotifier,
    readonly prepared: PreparedOperations,
    readonly orderedWork: OrderedWork,
    readonly dueOperations: DueOperations,
    @Inject(OPERATION_STARTER) readonly starter: OperationStarter,
    readonly cancellation: CancelOperationService,
    readonly operationLogs: OperationLogs,
    readonly operationDetails: OperationDetailsService,
    readonly audit: AuditTrail,
    readonly answered: AnsweredRequests,
    readonly schedules: ScheduleService,
    readonly due: DueSchedules,
    readonly scheduledWork: ScheduledWork,
    /** Not there where schedules do not run by themselves. */
    @Optional() @Inject(ScheduleTimers) readonly timers: ScheduleTimers | undefined,
    readonly download: DownloadSetService,
    readonly upload: UploadSetService,
  ) {}
}
