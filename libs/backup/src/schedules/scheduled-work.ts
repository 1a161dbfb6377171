import { Injectable } from '@nestjs/common';
import { OperationScope, OperationStatus, ScheduledOperation } from '../catalog/catalog.types.js';
import type { BackupSchedule } from '../catalog/entities/backup-schedule.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import { BackupEnvironment } from '../operations/backup-environment.js';
import { BackupOperationService } from '../operations/backup-operation.js';
import type { CreateBackupOptions } from '../operations/create-options.js';
import { CleanupOperationService } from '../operations/cleanup-operation.js';
import type { OperationCaller, ScheduledRun } from '../operations/operation-request.js';
import { operationFailure } from '../operations/operation.errors.js';
import { UnstartedOperations } from '../operations/unstarted-operations.js';
import { VerifyOperationService } from '../operations/verify-operation.js';
import { leavesDatabasesOut } from './check-schedule.js';
import { invalidSetting } from './schedule.errors.js';

/** Carries out claimed runs of schedules, with all that their rows say. */
@Injectable()
export class ScheduledWork {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly backups: BackupOperationService,
    private readonly verifications: VerifyOperationService,
    private readonly cleanups: CleanupOperationService,
    private readonly history: BackupHistoryRepository,
    private readonly operations: BackupOperationRepository,
    private readonly unstarted: UnstartedOperations,
  ) {}

  /** @throws BackupError as the operation does, whose record is finished in any case */
  async carryOut(
    schedule: BackupSchedule,
    run: Pick<ScheduledRun, 'due' | 'backupid'>,
    signal?: AbortSignal,
  ): Promise<void> {
    try {
      await this.start(schedule, { ...run, origin: 'schedule', scheduleId: schedule.id }, signal);
    } catch (error) {
      // the runner finishes what it has begun; what never got that far is finished here
      await this.unstarted.fail(run.backupid, OperationStatus.CREATED, operationFailure(error));
      throw error;
    }
  }

  /**
   * Carries a schedule out whether it is due or not, for somebody who asked for it.
   *
   * @throws BackupError as {@link carryOut}; what refuses a backup beforehand leaves no record
   */
  async carryOutNow(schedule: BackupSchedule, { initiatedBy, onStarted }: OperationCaller): Promise<void> {
    if (schedule.operation === ScheduledOperation.BACKUP) {
      await this.backups.rehearse(typeOf(schedule), backupOptions(schedule));
    }
    const backupid = await this.operations.create({
      operation: schedule.operation,
      type: OperationScope.SITE,
      plan: { scheduled: { scheduleId: schedule.id, due: null } },
      userid: initiatedBy ?? null,
    });
    onStarted?.(backupid);
    await this.carryOut(schedule, { due: null, backupid });
  }

  private async start(schedule: BackupSchedule, run: ScheduledRun, signal?: AbortSignal): Promise<void> {
    switch (schedule.operation) {
      case ScheduledOperation.BACKUP:
        await this.backups.create(typeOf(schedule), { ...backupOptions(schedule), signal }, run);
        return;
      case ScheduledOperation.VERIFY:
        return this.verifyNext(schedule, run, signal);
      case ScheduledOperation.CLEANUP:
        await this.cleanups.cleanup(new Date(), { signal }, run);
    }
  }

  /** What this host cannot open is looked at as far as that goes without. */
  private async verifyNext({ backupType }: BackupSchedule, run: ScheduledRun, signal?: AbortSignal): Promise<void> {
    const backup = await this.history.findToVerify(backupType);
    if (backup === null) {
      await this.unstarted.skip(run.backupid, OperationStatus.CREATED, 'There is no completed backup to verify');
      return;
    }
    const { identities, passphrase } = this.environment.options.encryption;
    const canOpen = !backup.encryption || identities !== null || passphrase !== null;
    await this.verifications.verify(backup.id, canOpen ? 'full' : 'quick', { signal }, run);
  }
}

function typeOf({ backupType }: BackupSchedule): NonNullable<BackupSchedule['backupType']> {
  if (backupType === null) {
    throw invalidSetting('backupType', 'must be given');
  }
  return backupType;
}

function backupOptions(schedule: BackupSchedule): CreateBackupOptions {
  return {
    databases: leavesDatabasesOut(schedule) ? [] : undefined,
    compression: schedule.compression ?? undefined,
    retentionDays: schedule.retentionDays ?? undefined,
    encrypt: schedule.encryption ?? undefined,
    key: schedule.encryptionKeyId ?? undefined,
    includeTables: schedule.includeTables ?? undefined,
    excludeTables: schedule.excludeTables ?? undefined,
    fullEvery: schedule.fullEvery ?? undefined,
    notes: `Schedule ${schedule.name}`,
  };
}
