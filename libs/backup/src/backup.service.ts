import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { BackupLogger } from './backup-logger.js';
import type { BackupType } from './catalog/catalog.types.js';
import type { BackupHistory } from './catalog/entities/backup-history.entity.js';
import type { BackupLog } from './catalog/entities/backup-log.entity.js';
import type { BackupRestoreLog } from './catalog/entities/backup-restore-log.entity.js';
import type { BackupSchedule } from './catalog/entities/backup-schedule.entity.js';
import type { BackupFilters, BackupStats } from './catalog/repositories/backup-history.repository.js';
import type { LogFilters } from './catalog/repositories/backup-log.repository.js';
import type { OperationFilters, OperationSummary } from './catalog/repositories/operation-records.js';
import type { RestorePreview } from './database/restore/preview.js';
import { messageOf } from './errors/backup.error.js';
import { BackupServices } from './backup-services.js';
import type { KeyedOutcome, KeyedRequest } from './operations/answered-requests.js';
import type { AuditEntry, AuditRecord } from './operations/audit-trail.js';
import type { DoctorReport } from './doctor/doctor-report.js';
import type { HealthReport } from './health/backup-health.js';
import type { CreateBackupOptions } from './operations/create-options.js';
import type { CleanupOptions, CleanupResult } from './operations/cleanup-operation.js';
import type { CleanupPreview } from './operations/cleanup-plan.js';
import type { DownloadedBackup, DownloadOptions } from './operations/download-set.js';
import type { UploadOptions } from './operations/upload-set.js';
import type { EncryptionKey, GeneratedKey, NewKey } from './operations/encryption-keys.js';
import type { ImportOptions, ImportResult } from './operations/import-sets.js';
import { operationUnknown } from './operations/operation.errors.js';
import type { FollowOptions } from './operations/operation-logs.js';
import type { OperationDetails } from './operations/operation-details.js';
import type { DueOperationResult } from './operations/prepared/due-operations.js';
import type { NewOperationOrder, OperationOrder, OrderSettings } from './operations/prepared/operation-order.js';
import type { OrderFollower } from './operations/prepared/ordered-work.js';
import type { PrepareOptions } from './operations/prepared/prepared-operations.js';
import type { StartOptions } from './operations/prepared/start-operations.js';
import type { OperationCaller } from './operations/operation-request.js';
import type { RestoreOptions, RestoreScope } from './operations/restore-options.js';
import type { RotateKeyOptions, RotationResult } from './operations/rotate-key.js';
import type { VerifyBackupOptions, VerifyLevel } from './operations/verify-operation.js';
import type { ScheduledRunResult } from './schedules/due-schedules.js';
import type { ScheduleSettings } from './schedules/schedule.service.js';
import { nextRuns } from './schedules/next-run.js';

/** How a prepared operation is confirmed, and by whom it is followed. */
export interface ConfirmOptions extends OrderFollower {
  /** Not before this time. Default: now, and whoever confirms waits for it. */
  readonly executeAt?: Date;
}

/** Everything an application can do with backups. What fails on purpose fails with a {@link BackupError}. */
@Injectable()
export class BackupService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new BackupLogger();

  constructor(private readonly services: BackupServices) {}

  /** Cleans up after processes that died. A data source that is connected later calls {@link recover} itself. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.services.catalog.dataSource.isInitialized) {
      try {
        await this.recover();
      } catch (error) {
        // backups that cannot be cleaned up must not keep the application from starting
        this.logger.error(`Recovery failed: ${messageOf(error)}`);
      }
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { due, dueOperations, runner, notifier } = this.services;
    due.stop();
    dueOperations.stop();
    await runner.close();
    await due.ended();
    await dueOperations.ended();
    // after that: what was cancelled is told too
    await notifier.stop();
  }

  /**
   * Finishes what interrupted operations left behind: unfinished sets, staging schemas, half-done swaps.
   *
   * @returns what was cleaned up, a line each
   */
  async recover(): Promise<string[]> {
    const services = await this.ready();
    return services.recovery.recover();
  }

  /**
   * Makes a backup and waits for it.
   *
   * @returns its id
   */
  async createBackup(type: BackupType, options: CreateBackupOptions = {}): Promise<number> {
    const services = await this.ready();
    return services.create.create(type, options);
  }

  /** @throws BackupError `not_found` */
  async getBackup(id: number): Promise<BackupHistory> {
    const services = await this.ready();
    return services.backups.byId(id);
  }

  /** Newest first, in pages of at most 500. */
  async listBackups(filters: BackupFilters = {}): Promise<BackupHistory[]> {
    const services = await this.ready();
    return services.history.list(filters);
  }

  /** A backup that {@link deleteBackup} would delete now. Changes nothing. @throws BackupError as that does */
  async checkDeletion(id: number): Promise<BackupHistory> {
    const services = await this.ready();
    return services.deletion.check(id);
  }

  /** Removes a backup from storage; its row stays, marked as deleted. */
  async deleteBackup(id: number, caller: OperationCaller = {}): Promise<BackupHistory> {
    const services = await this.ready();
    return services.deletion.delete(id, caller);
  }

  /** @throws BackupError `damaged`, naming what is wrong */
  async verifyBackup(id: number, level: VerifyLevel = 'full', options: VerifyBackupOptions = {}): Promise<void> {
    const services = await this.ready();
    return services.verify.verify(id, level, options);
  }

  /** Everything that {@link restore} looks at before it writes. Changes nothing. @throws BackupError as that does */
  async checkRestore(backupId: number, options: RestoreOptions = {}): Promise<void> {
    const services = await this.ready();
    await services.restore.rehearse(backupId, options);
  }

  /** Restores a backup: staged, proven, swapped. Live data is untouched until the swap. */
  async restore(backupId: number, options: RestoreOptions = {}): Promise<BackupRestoreLog> {
    const services = await this.ready();
    return services.restore.restore(backupId, options);
  }

  /** What a restore would change. Changes nothing. */
  async previewRestore(backupId: number, scope: RestoreScope = {}): Promise<RestorePreview> {
    const services = await this.ready();
    return services.previews.preview(backupId, scope);
  }

  /** The restore that {@link undoRestore} would take back now. Changes nothing. @throws BackupError as that does */
  async checkUndo(backupId: number): Promise<BackupRestoreLog> {
    const services = await this.ready();
    return services.undo.check(backupId);
  }

  /** Ids of the backups whose latest restore {@link undoRestore} would take back now. */
  async listUndoable(): Promise<number[]> {
    const services = await this.ready();
    return services.undo.listUndoable();
  }

  /** Takes the latest restore of a backup back. */
  async undoRestore(backupId: number, caller: OperationCaller = {}): Promise<BackupRestoreLog> {
    const services = await this.ready();
    return services.undo.undo(backupId, caller);
  }

  /** The restores of a backup, newest first. */
  async getRestoreLog(backupId: number): Promise<BackupRestoreLog[]> {
    const services = await this.ready();
    return services.restores.findByBackup(backupId);
  }

  /**
   * Keeps a backup until it is unpinned: neither a cleanup nor {@link deleteBackup} deletes it.
   *
   * @param reason why, at most 255 characters
   * @throws BackupError `not_found` unless it is completed
   */
  async pin(id: number, reason?: string): Promise<BackupHistory> {
    const services = await this.ready();
    return services.pins.pin(id, reason);
  }

  /** @throws BackupError `not_found` */
  async unpin(id: number): Promise<BackupHistory> {
    const services = await this.ready();
    return services.pins.unpin(id);
  }

  /** What {@link cleanupExpired} would delete and keep, with reasons. Changes nothing. */
  async planCleanup(options: { readonly maxDelete?: number; readonly now?: Date } = {}): Promise<CleanupPreview> {
    const services = await this.ready();
    return services.cleanupPlans.plan(options.now ?? new Date(), options.maxDelete);
  }

  /**
   * Deletes backups that no rule keeps, unfinished sets, and undo schemas whose time is over.
   *
   * @throws BackupError `not_confirmed` when there are more to delete than `maxDelete`: then none is
   */
  async cleanupExpired(options: CleanupOptions = {}): Promise<CleanupResult> {
    const services = await this.ready();
    return services.cleanup.cleanup(new Date(), options);
  }

  /** Fills the catalog from the sets in storage. */
  async importSets(options: ImportOptions = {}): Promise<ImportResult> {
    const services = await this.ready();
    return services.imports.import(options);
  }

  /**
   * A backup as a tar archive, made while it is read, alone or with all that it builds on, or one object of it; as stored, so
   * what is encrypted stays so.
   *
   * @throws BackupError `not_found` or `damaged`
   */
  async downloadBackup(id: number, options: DownloadOptions = {}): Promise<DownloadedBackup> {
    const services = await this.ready();
    return services.download.open(id, options);
  }

  /**
   * Takes in a set from elsewhere, as {@link downloadBackup} gives it, or a chain of them. It is listed when every object is
   * what its manifest says and what it builds on is here; otherwise nothing of it stays.
   *
   * @returns its id
   */
  async uploadBackup(archive: AsyncIterable<Buffer>, options: UploadOptions): Promise<number> {
    const services = await this.ready();
    return services.upload.upload(archive, options);
  }

  /** The keys that backups can be encrypted to, retired ones too, oldest first. */
  async listKeys(): Promise<EncryptionKey[]> {
    const services = await this.ready();
    return services.keys.list();
  }

  /** Adds age recipients as a key. Private keys are never stored. @throws BackupError `invalid_option` */
  async addKey(key: NewKey): Promise<EncryptionKey> {
    const services = await this.ready();
    return services.keys.add(key);
  }

  /**
   * Makes an identity and adds its recipient as a key. The identity is given back and kept nowhere: without it nobody
   * opens the backups that are encrypted to the key.
   */
  async generateKey(label: string, options: { readonly postQuantum?: boolean } = {}): Promise<GeneratedKey> {
    const services = await this.ready();
    return services.keys.generate(label, options.postQuantum ?? false);
  }

  /** Encrypts the backups of one key to another, whose `key.age` alone is written anew. */
  async rotateKey(options: RotateKeyOptions): Promise<RotationResult> {
    const services = await this.ready();
    return services.rotation.rotate(options);
  }

  /** Lets a key take no new backups; those it has can still be opened. @throws BackupError `not_found`, `key_retired` */
  async retireKey(key: number | string): Promise<EncryptionKey> {
    const services = await this.ready();
    return services.keys.retire(key);
  }

  /**
   * Saves a recurring backup, verification or cleanup. Applications run it from now on; others within half a minute.
   *
   * @throws BackupError `invalid_option`, `unsupported_type`, `not_found` or `key_retired` (of its key)
   */
  async createSchedule(settings: ScheduleSettings): Promise<BackupSchedule> {
    const services = await this.ready();
    const schedule = await services.schedules.create(settings);
    await services.timers?.refresh();
    return schedule;
  }

  /** Changes what is given of a schedule; `isActive` pauses and resumes it. @throws BackupError as {@link createSchedule} */
  async updateSchedule(id: number, changes: Partial<ScheduleSettings>): Promise<BackupSchedule> {
    const services = await this.ready();
    const schedule = await services.schedules.update(id, changes);
    await services.timers?.refresh();
    return schedule;
  }

  /** Removes a schedule; its backups stay. @throws BackupError `not_found` */
  async deleteSchedule(id: number): Promise<void> {
    const services = await this.ready();
    await services.schedules.remove(id);
    await services.timers?.refresh();
  }

  /** @throws BackupError `not_found` */
  async getSchedule(id: number): Promise<BackupSchedule> {
    const services = await this.ready();
    return services.schedules.find(id);
  }

  /** When a schedule is due next, at most `count` times. @throws BackupError `not_found` */
  async getNextRuns(id: number, count: number, after = new Date()): Promise<Date[]> {
    return nextRuns(await this.getSchedule(id), after, count);
  }

  /** Carries a schedule out now, paused or not, and waits; its next run stays as it is. @throws BackupError */
  async runScheduleNow(id: number, caller: OperationCaller = {}): Promise<void> {
    const services = await this.ready();
    services.runner.assertOpen();
    await services.scheduledWork.carryOutNow(await services.schedules.find(id), caller);
  }

  /** Every schedule, paused ones too, oldest first. */
  async getSchedules(): Promise<BackupSchedule[]> {
    const services = await this.ready();
    return services.schedules.list();
  }

  /**
   * Carries out every scheduled run that is due, and waits: for hosts that have a cron of their own. Each run is carried out
   * once, whoever else calls this at the same time. Runs that fail, and schedules that cannot be run and are switched off, are
   * in the result, not thrown.
   *
   * @param options.now the moment at which to be due; default: now
   * @param options.signal cancels what runs and starts no more
   */
  async runScheduledBackups(
    options: { readonly now?: Date; readonly signal?: AbortSignal } = {},
  ): Promise<ScheduledRunResult[]> {
    const services = await this.ready();
    return services.due.runAll(options.now, options.signal);
  }

  /**
   * Has something done without waiting for it: by this process, or by any that works for the option `queue`.
   *
   * @returns the backupid of the operation, which runs, or is sure to have its turn
   * @throws BackupError what refuses it: as {@link prepareOperation} does, and in this process until its work begins
   */
  async startOperation(order: NewOperationOrder, options: StartOptions = {}): Promise<string> {
    const services = await this.ready();
    return services.starter.start(order, options);
  }

  /**
   * Has something done later, by whichever application looks first after its time, or when it is confirmed.
   *
   * @param order what to do: the settings of {@link createBackup}, {@link restore}, {@link verifyBackup} or
   *   {@link cleanupExpired}, without passphrases
   * @returns the backupid of the operation, which waits
   * @throws BackupError as the operation would, as far as that is known beforehand; nothing is recorded then
   */
  async prepareOperation(order: NewOperationOrder, options: PrepareOptions = {}): Promise<string> {
    const services = await this.ready();
    return services.prepared.prepare(order, options);
  }

  /**
   * Changes settings of an operation that waits to be confirmed.
   *
   * @param changes by the names of its settings; one that is undefined is as if it had never been set
   * @returns the order as it is now
   * @throws BackupError `operation_state`, `invalid_option`, `not_found` or `operation_tampered`
   */
  async changeOperation(backupid: string, changes: OrderSettings): Promise<OperationOrder> {
    const services = await this.ready();
    return services.prepared.change(backupid, changes);
  }

  /** What {@link confirmOperation} would begin. Changes nothing. @throws BackupError as {@link changeOperation} does */
  async checkConfirmation(backupid: string): Promise<OperationOrder> {
    const services = await this.ready();
    return services.prepared.check(backupid);
  }

  /**
   * Confirms an operation, whose settings are checked and final then, and waits for it; with `executeAt` in the future only
   * until it is confirmed. One that does not pass its checks waits for other settings again.
   *
   * @throws BackupError as {@link changeOperation} and the operation itself
   */
  async confirmOperation(backupid: string, options: ConfirmOptions = {}): Promise<void> {
    const services = await this.ready();
    const { executeAt, ...follower } = options;
    if (executeAt === undefined) {
      services.runner.assertOpen();
    }
    await services.prepared.confirm(backupid, executeAt ?? null, follower.signal);
    if (executeAt === undefined) {
      await services.orderedWork.carryOut(backupid, false, follower);
    }
  }

  /**
   * Carries out every prepared operation whose time has come, and waits: for hosts that have a cron of their own. Those that
   * fail are in the result, not thrown.
   */
  async runDueOperations(options: { readonly signal?: AbortSignal } = {}): Promise<DueOperationResult[]> {
    const services = await this.ready();
    return services.dueOperations.runAll(options.signal);
  }

  /** Bytes in storage. */
  async calculateStorageUsed(): Promise<number> {
    const services = await this.ready();
    return services.history.storageUsed();
  }

  async getBackupStats(): Promise<BackupStats> {
    const services = await this.ready();
    return services.history.stats();
  }

  /** What is known of the backups' health, and what is wrong with it by the rules of the option `alerts`. */
  async getHealth(now = new Date()): Promise<HealthReport> {
    const services = await this.ready();
    return services.health.check(now);
  }

  /** Tries out what backups and restores need: server, privileges, storage, keys; and reads how backups went. */
  async examine(now = new Date()): Promise<DoctorReport> {
    const services = await this.ready();
    return services.doctor.examine(now);
  }

  /** @throws BackupError `not_found` */
  async getOperation(backupid: string): Promise<OperationSummary> {
    const services = await this.ready();
    const operation = await services.operations.find(backupid);
    if (operation === null) {
      throw operationUnknown(backupid);
    }
    return operation;
  }

  /** An operation, the backup it is about, and why it failed. @throws BackupError `not_found`, `operation_tampered` */
  async getOperationDetails(backupid: string): Promise<OperationDetails> {
    const services = await this.ready();
    return services.operationDetails.show(backupid);
  }

  /** Newest first, in pages of at most 500. */
  async listOperations(filters: OperationFilters = {}): Promise<OperationSummary[]> {
    const services = await this.ready();
    return services.operations.list(filters);
  }

  /** A page of what an operation logged, in that order. */
  async getOperationLog(backupid: string, filters: LogFilters = {}): Promise<BackupLog[]> {
    const services = await this.ready();
    return services.logs.list(backupid, filters);
  }

  /** Every line that an operation has logged so far. @throws BackupError `not_found` */
  async *readOperationLog(backupid: string, options: FollowOptions = {}): AsyncGenerator<BackupLog> {
    const services = await this.ready();
    yield* services.operationLogs.lines(backupid, options);
  }

  /** Every line that an operation logs, until it is over, wherever it runs. @throws BackupError `not_found` */
  async *followOperationLog(backupid: string, options: FollowOptions = {}): AsyncGenerator<BackupLog> {
    const services = await this.ready();
    yield* services.operationLogs.follow(backupid, options);
  }

  /**
   * Cancels an operation that runs, wherever that is, within a second or two; or one that waits.
   *
   * @returns false when it neither runs nor waits
   */
  async cancelOperation(backupid: string): Promise<boolean> {
    const services = await this.ready();
    return services.cancellation.cancel(backupid);
  }

  /**
   * Does something for whoever may ask for it twice, not knowing what became of the first time: once. What fails may be tried
   * again.
   *
   * @param work gives what JSON can hold, to be given again to whoever asks again
   */
  async answerOnce(request: KeyedRequest, work: () => Promise<unknown>): Promise<KeyedOutcome> {
    const services = await this.ready();
    return services.answered.once(request, work);
  }

  /** Writes down that somebody asked for something from outside. */
  async recordAudit(entry: AuditEntry): Promise<void> {
    const services = await this.ready();
    return services.audit.record(entry);
  }

  /** Who asked for what from outside, oldest first. */
  async getAuditTrail(filters: LogFilters = {}): Promise<AuditRecord[]> {
    const services = await this.ready();
    return services.audit.list(filters);
  }

  private async ready(): Promise<BackupServices> {
    await this.services.catalog.open();
    return this.services;
  }
}
