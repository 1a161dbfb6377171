export { BackupModule } from './backup.module.js';
export { BackupService, type ConfirmOptions } from './backup.service.js';
export type {
  BackupModuleExtras,
  BackupModuleOptions,
  BackupOptionsFactory,
  EncryptionOptions,
  FileRootOptions,
} from './backup.options.js';
export type { SecretSource } from './encryption/secret-source.js';

export { BackupError, type BackupErrorCode } from './errors/backup.error.js';

export { BackupEvents } from './events/backup-events.js';
export type {
  BackupCompletedEvent,
  BackupEvent,
  BackupEventMap,
  BackupFailedEvent,
  BackupProgressEvent,
  BackupVerifiedEvent,
  CleanupCompletedEvent,
  CleanupEvent,
  CleanupFailedEvent,
  CleanupProgressEvent,
  CleanupStartedEvent,
  EventFailure,
  ProgressEvent,
  OperationChangedEvent,
  RestoreCompletedEvent,
  RestoreEvent,
  RestoreFailedEvent,
  RestoreProgressEvent,
  UnhealthyEvent,
  VerifyEvent,
  VerifyFailedEvent,
  VerifyProgressEvent,
} from './events/backup-events.js';

export type { ConfirmationRequest, HttpOptions, HttpUser } from './http/http.options.js';
export { describeBackupRoutes, type OpenApiDocument } from './http/openapi/describe-routes.js';
export { BACKUP_ACTION, type BackupAction } from './http/route.js';
export type { ProblemCode, ProblemDetails, ProblemIssue } from './http/problem.js';

export { BACKUP_ENTITIES } from './catalog/entities.js';
export { backupMigrations } from './catalog/migrations/index.js';
export { CATALOG_TABLES } from './catalog/catalog-tables.js';
export {
  BackupStatus,
  BackupType,
  CourseStatus,
  LogLevel,
  MissedRun,
  OperationExecution,
  OperationFormat,
  OperationKind,
  OperationPurpose,
  OperationScope,
  OperationStatus,
  RestoreStatus,
  RestoreType,
  ScheduledOperation,
  type LogLevelName,
} from './catalog/catalog.types.js';
export { BackupCourse } from './catalog/entities/backup-course.entity.js';
export { BackupEncryptionKey } from './catalog/entities/backup-encryption-key.entity.js';
export { BackupHistory } from './catalog/entities/backup-history.entity.js';
export { BackupLog } from './catalog/entities/backup-log.entity.js';
export { BackupIdempotency } from './catalog/entities/backup-idempotency.entity.js';
export { BackupNotification } from './catalog/entities/backup-notification.entity.js';
export { BackupOperation } from './catalog/entities/backup-operation.entity.js';
export { BackupRestoreLog } from './catalog/entities/backup-restore-log.entity.js';
export { BackupSchedule } from './catalog/entities/backup-schedule.entity.js';
export { BackupCourseRepository } from './catalog/repositories/backup-course.repository.js';
export { BackupEncryptionKeyRepository } from './catalog/repositories/backup-encryption-key.repository.js';
export {
  BackupHistoryRepository,
  type BackupFilters,
  type BackupStats,
} from './catalog/repositories/backup-history.repository.js';
export { BackupLogRepository, type LogFilters } from './catalog/repositories/backup-log.repository.js';
export { BackupOperationRepository } from './catalog/repositories/backup-operation.repository.js';
export type { OperationSummary } from './catalog/repositories/operation-records.js';
export {
  BackupOutcomeRepository,
  type BackupGroup,
  type BackupOutcome,
  type GroupOutcome,
} from './catalog/repositories/backup-outcome.repository.js';
export { BackupIdempotencyRepository } from './catalog/repositories/backup-idempotency.repository.js';
export { BackupNotificationRepository } from './catalog/repositories/backup-notification.repository.js';
export { BackupRestoreLogRepository } from './catalog/repositories/backup-restore-log.repository.js';
export { BackupScheduleRepository } from './catalog/repositories/backup-schedule.repository.js';

export type { KeyedOutcome, KeyedRequest } from './operations/answered-requests.js';
export type { CreateBackupOptions } from './operations/create-options.js';
export type { CleanupOptions, CleanupResult } from './operations/cleanup-operation.js';
export type { BackupDecision, CleanupPreview } from './operations/cleanup-plan.js';
export type { EncryptionKey, GeneratedKey, KeyReference, NewKey } from './operations/encryption-keys.js';
export type { ImportOptions, ImportResult } from './operations/import-sets.js';
export type { OperationProgressReport } from './operations/operation-progress.js';
export type { FollowOptions } from './operations/operation-logs.js';
export type { OperationDetails } from './operations/operation-details.js';
export type { OperationCaller } from './operations/operation-request.js';
export type { DueOperationResult } from './operations/prepared/due-operations.js';
export type { NewOperationOrder, OperationOrder, OrderSettings } from './operations/prepared/operation-order.js';
export type { OrderFollower } from './operations/prepared/ordered-work.js';
export type { PrepareOptions } from './operations/prepared/prepared-operations.js';
export type { StartOptions } from './operations/prepared/start-operations.js';
export type { RestoreOptions, RestoreScope } from './operations/restore-options.js';
export type { DownloadedBackup, DownloadOptions } from './operations/download-set.js';
export type { UploadOptions } from './operations/upload-set.js';
export type { SendableBytes } from './backup-set/set-archive.js';
export type { RotateKeyOptions, RotationResult } from './operations/rotate-key.js';
export type { EncryptionChoice, UnlockOptions } from './operations/set-locks.js';
export type { VerifyBackupOptions, VerifyLevel } from './operations/verify-operation.js';
export type { ScheduledRunResult } from './schedules/due-schedules.js';
export type { ScheduleSettings } from './schedules/schedule.service.js';
export type { Compatibility } from './database/compatibility/adapt-targets.js';
export type { Incompatibility, Remedy } from './database/compatibility/incompatibility.js';
export type { RestorePreview, TablePreview } from './database/restore/preview.js';
export type { DoctorCheck, DoctorLine, DoctorReport, DoctorStatus } from './doctor/doctor-report.js';
export type { AlertOptions, AlertRules } from './health/alert-rules.js';
export type { HealthReport } from './health/backup-health.js';
export { evaluateAlerts, type Alert, type AlertKind } from './health/evaluate-alerts.js';
export type {
  DrillFacts,
  GoodBackup,
  GroupFacts,
  HealthFacts,
  ScheduleFacts,
  SourceFacts,
  StorageFacts,
  UnsoundBackup,
} from './health/health-facts.js';
export type {
  BackupStorage,
  CreateStorage,
  StorageDriver,
  StorageRoom,
  StoredObject,
} from './storage/backup-storage.js';
export type { BullmqQueueOptions, InProcessQueueOptions, QueueOptions } from './queue/queue-options.js';
export type { MailOptions, NotificationOptions, WebhookOptions } from './notifications/notification-options.js';
export type { RetentionOptions } from './retention/retention-options.js';
export type { ServerAddress } from './database/server-connection.js';
