import {
  ConfigurableModuleBuilder,
  Module,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  type Provider,
} from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { resolveOptions, type BackupModuleExtras, type BackupModuleOptions } from './backup.options.js';
import { BackupServices } from './backup-services.js';
import { BackupService } from './backup.service.js';
import { CatalogConnection } from './catalog/catalog-connection.js';
import { BACKUP_ENTITIES } from './catalog/entities.js';
import { BackupCourseRepository } from './catalog/repositories/backup-course.repository.js';
import { BackupEncryptionKeyRepository } from './catalog/repositories/backup-encryption-key.repository.js';
import { BackupHistoryRepository } from './catalog/repositories/backup-history.repository.js';
import { BackupLogRepository } from './catalog/repositories/backup-log.repository.js';
import { BackupOperationRepository } from './catalog/repositories/backup-operation.repository.js';
import { BackupIdempotencyRepository } from './catalog/repositories/backup-idempotency.repository.js';
import { BackupNotificationRepository } from './catalog/repositories/backup-notification.repository.js';
import { BackupOutcomeRepository } from './catalog/repositories/backup-outcome.repository.js';
import { BackupRestoreLogRepository } from './catalog/repositories/backup-restore-log.repository.js';
import { BackupScheduleRepository } from './catalog/repositories/backup-schedule.repository.js';
import { BackupEventEmitter } from './events/backup-event-emitter.js';
import { httpParts } from './http/http-parts.js';
import { BackupDoctor } from './doctor/backup-doctor.js';
import { BackupHealth } from './health/backup-health.js';
import { BackupSelections } from './health/backup-selections.js';
import { BackupBases } from './operations/backup-bases.js';
import { BackupNotifier } from './notifications/backup-notifier.js';
import { FailureMails } from './notifications/failure-mails.js';
import { NotificationSender } from './notifications/notification-sender.js';
import { BackupEnvironment } from './operations/backup-environment.js';
import { AnsweredRequests } from './operations/answered-requests.js';
import { AuditTrail } from './operations/audit-trail.js';
import { BackupOperationService } from './operations/backup-operation.js';
import { CleanupOperationService } from './operations/cleanup-operation.js';
import { CleanupPlanService } from './operations/cleanup-plan.js';
import { DeleteBackupService } from './operations/delete-backup.js';
import { DownloadSetService } from './operations/download-set.js';
import { EncryptionKeyService } from './operations/encryption-keys.js';
import { ExpiredUndoService } from './operations/expired-undo.js';
import { FoundBackups } from './operations/found-backups.js';
import { ImportSetsService } from './operations/import-sets.js';
import { InterruptedWork } from './operations/interrupted-work.js';
import { InterruptionEvents } from './operations/interruption-events.js';
import { OperationDetailsService } from './operations/operation-details.js';
import { ManifestCache } from './operations/manifest-cache.js';
import { OperationLogs } from './operations/operation-logs.js';
import { OperationRunner } from './operations/operation-runner.js';
import { CancelOperationService } from './operations/cancel-operation.js';
import { DueOperations } from './operations/prepared/due-operations.js';
import { OrderedWork } from './operations/prepared/ordered-work.js';
import { OPERATION_QUEUE, openQueue, QueueWorker } from './operations/prepared/queue-worker.js';
import { OPERATION_STARTER, operationStarter } from './operations/prepared/start-operations.js';
import { PreparedOperations } from './operations/prepared/prepared-operations.js';
import { UnstartedOperations } from './operations/unstarted-operations.js';
import { PeriodicRecovery } from './operations/periodic-recovery.js';
import { PinBackupService } from './operations/pin-backup.js';
import { RecoveryService } from './operations/recovery.js';
import { RestoreOperationService } from './operations/restore-operation.js';
import { RestorePreviewService } from './operations/restore-preview.js';
import { RotateKeyService } from './operations/rotate-key.js';
import { SetLocks } from './operations/set-locks.js';
import { UndoRestoreService } from './operations/undo-restore.js';
import { UploadSetService } from './operations/upload-set.js';
import { VerifyOperationService } from './operations/verify-operation.js';
import { DueSchedules } from './schedules/due-schedules.js';
import { ScheduleClock } from './schedules/schedule-clock.js';
import { RunClaims } from './schedules/run-claims.js';
import { ScheduledWork } from './schedules/scheduled-work.js';
import { ScheduleService } from './schedules/schedule.service.js';
import { ScheduleTimers } from './schedules/schedule-timers.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<BackupModuleOptions>({
  moduleName: 'Backup',
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createBackupOptions')
  .setExtras<BackupModuleExtras>(
    { isGlobal: false, dataSource: undefined, http: undefined, schedules: true },
    (definition, { isGlobal = false, dataSource, http, schedules = true }) => {
      const routes = http === undefined ? null : httpParts(http);
      return {
        ...definition,
        global: isGlobal,
        imports: [
          ...(definition.imports ?? []),
          TypeOrmModule.forFeature(BACKUP_ENTITIES, dataSource),
          ...(routes?.imports ?? []),
        ],
        controllers: routes?.controllers,
        providers: [
          ...(definition.providers ?? []),
          ...providers(dataSource),
          ...(schedules ? [ScheduleTimers] : []),
          ...(routes?.providers ?? []),
        ],
      };
    },
  )
  .build();

/** Repositories of the catalog, injectable by their class. */
const REPOSITORIES = [
  BackupHistoryRepository,
  BackupOutcomeRepository,
  BackupScheduleRepository,
  BackupRestoreLogRepository,
  BackupOperationRepository,
  BackupCourseRepository,
  BackupLogRepository,
  BackupEncryptionKeyRepository,
  BackupNotificationRepository,
  BackupIdempotencyRepository,
] as const;

const SERVICES = [
  OperationRunner,
  RecoveryService,
  FoundBackups,
  BackupOperationService,
  VerifyOperationService,
  RestoreOperationService,
  RestorePreviewService,
  UndoRestoreService,
  ExpiredUndoService,
  DeleteBackupService,
  PinBackupService,
  CleanupPlanService,
  CleanupOperationService,
  ImportSetsService,
  EncryptionKeyService,
  RotateKeyService,
  OrderedWork,
  PreparedOperations,
  DueOperations,
  CancelOperationService,
  OperationLogs,
  OperationDetailsService,
  AuditTrail,
  AnsweredRequests,
  BackupHealth,
  BackupSelections,
  BackupDoctor,
  BackupNotifier,
  ScheduleService,
  DueSchedules,
  ScheduleClock,
  ScheduledWork,
  DownloadSetService,
  UploadSetService,
] as const;

/**
 * Backups for a Nest application on MySQL or MariaDB.
 *
 * @example
 * BackupModule.forRoot({ storage: 'file:///var/backups/shop', isGlobal: true })
 */
@Module({ exports: [BackupService, TypeOrmModule, ...REPOSITORIES] })
export class BackupModule extends ConfigurableModuleClass {
  static override forRoot(options: BackupModuleOptions & BackupModuleExtras): DynamicModule {
    return super.forRoot(options);
  }

  /** Options from `useFactory`, `useClass` or `useExisting`; what shapes the module ({@link BackupModuleExtras}) stands beside them. */
  static override forRootAsync(
    options: ConfigurableModuleAsyncOptions<BackupModuleOptions, 'createBackupOptions'> & BackupModuleExtras,
  ): DynamicModule {
    return super.forRootAsync(options);
  }
}

function providers(dataSourceName: string | undefined): Provider[] {
  const dataSource = getDataSourceToken(dataSourceName);
  return [
    {
      provide: CatalogConnection,
      inject: [dataSource],
      useFactory: (source: DataSource) => new CatalogConnection(source),
    },
    ...REPOSITORIES.map((Repository) => ({
      provide: Repository,
      inject: [CatalogConnection],
      useFactory: (catalog: CatalogConnection) => new Repository(catalog.dataSource),
    })),
    {
      provide: BackupEnvironment,
      inject: [MODULE_OPTIONS_TOKEN, dataSource],
      useFactory: (options: BackupModuleOptions, source: DataSource) =>
        new BackupEnvironment(resolveOptions(options), source),
    },
    {
      provide: BackupEventEmitter,
      inject: [EventEmitter2],
      useFactory: (emitter: EventEmitter2) => new BackupEventEmitter(emitter),
    },
    SetLocks,
    InterruptionEvents,
    InterruptedWork,
    PeriodicRecovery,
    NotificationSender,
    FailureMails,
    RunClaims,
    ManifestCache,
    BackupBases,
    UnstartedOperations,
    { provide: OPERATION_QUEUE, inject: [BackupEnvironment, OrderedWork], useFactory: openQueue },
    {
      provide: OPERATION_STARTER,
      inject: [OrderedWork, PreparedOperations, OPERATION_QUEUE],
      useFactory: operationStarter,
    },
    QueueWorker,
    ...SERVICES,
    BackupServices,
    BackupService,
  ];
}
