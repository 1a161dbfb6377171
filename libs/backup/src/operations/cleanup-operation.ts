import { Injectable } from '@nestjs/common';
import { MANIFEST } from '../backup-set/backup-set.js';
import { SET_NAME } from '../backup-set/manifest.js';
import { BackupStatus, OperationKind } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents } from '../events/backup-events.js';
import { planRetention, type RetentionPlan } from '../retention/plan-retention.js';
import { BackupEnvironment } from './backup-environment.js';
import { DeleteBackupService } from './delete-backup.js';
import type { CleanupPlan } from './operation-plans.js';
import { OperationRunner, type OperationContext } from './operation-runner.js';
import { UndoRestoreService } from './undo-restore.js';

export interface CleanupResult {
  readonly plan: RetentionPlan;
  /** Ids of the backups deleted; empty after a dry run. */
  readonly deleted: readonly number[];
  readonly freedBytes: number;
  /** Sets without a manifest that were swept. */
  readonly swept: readonly string[];
  /** Undo schemas that were dropped. */
  readonly undoSchemas: readonly string[];
}

/** Unfinished sets younger than this may belong to a backup that runs elsewhere, milliseconds. */
const SWEEP_AFTER = 86_400_000;
const PAGE = 500;

/** Deletes expired backups, unfinished sets and undo schemas whose time is over. */
@Injectable()
export class CleanupOperationService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly runner: OperationRunner,
    private readonly history: BackupHistoryRepository,
    private readonly deletion: DeleteBackupService,
    private readonly undo: UndoRestoreService,
    private readonly events: BackupEventEmitter,
  ) {}

  /** What a cleanup would delete and keep, with reasons. Changes nothing. */
  async plan(now: Date): Promise<RetentionPlan> {
    const backups = await this.completed();
    return planRetention(
      backups.map(({ backupType: type, id, scheduleId, createdAt, expiresAt, verified, pinned, parentId }) => ({
        id,
        type,
        scheduleId,
        createdAt,
        expiresAt,
        verified,
        pinned,
        parentId,
      })),
      now,
    );
  }

  async cleanup(now: Date, signal?: AbortSignal): Promise<CleanupResult> {
    await this.environment.storage.check();
    const retention = await this.plan(now);
    return this.runner.run(
      { kind: OperationKind.CLEANUP, signal, databases: [], address: this.environment.address },
      {
        plan: () => Promise.resolve<CleanupPlan>({ kind: 'cleanup', delete: [...retention.delete] }),
        execute: (plan, context) => this.execute(plan, retention, now, context),
        failed: () => Promise.resolve(),
      },
    );
  }

  private async execute(
    plan: CleanupPlan,
    retention: RetentionPlan,
    now: Date,
    context: OperationContext,
  ): Promise<CleanupResult> {
    const deleted: number[] = [];
    let freedBytes = 0;
    for (const id of plan.delete) {
      context.signal.throwIfAborted();
      const backup = await this.deletion.delete(id);
      deleted.push(id);
      freedBytes += backup.fileSize;
      context.log.info(`Backup ${String(id)} (${backup.backupName}) had expired and was deleted`);
    }
    const swept = await this.sweep(now, context);
    const undoSchemas = await this.undo.dropExpired(now);
    for (const schema of undoSchemas) {
      context.log.info(`Undo schema ${schema} was dropped: its time for undoing is over`);
    }
    this.events.emit(BackupEvents.cleanupCompleted, { backupid: context.backupid, deleted, freedBytes });
    return { plan: retention, deleted, freedBytes, swept, undoSchemas };
  }

  /** Removes what is left in storage of backups that never completed. */
  private async sweep(now: Date, context: OperationContext): Promise<string[]> {
    const { storage } = this.environment;
    const swept: string[] = [];
    for (const name of await storage.listSets()) {
      if (SET_NAME.test(name) && (await storage.stat(`${name}/${MANIFEST}`)) === null) {
        let newest = 0;
        for await (const object of storage.list(name)) {
          newest = Math.max(newest, object.modifiedAt.getTime());
        }
        if (newest + SWEEP_AFTER < now.getTime()) {
          await storage.deleteSet(name);
          swept.push(name);
          context.log.info(`${name} had no manifest and was swept`);
        }
      }
    }
    return swept;
  }

  private async completed(): Promise<BackupHistory[]> {
    const all: BackupHistory[] = [];
    let page = await this.history.list({ status: BackupStatus.COMPLETED, limit: PAGE });
    while (page.length > 0) {
      all.push(...page);
      page = await this.history.list({ status: BackupStatus.COMPLETED, limit: PAGE, before: page[page.length - 1].id });
    }
    return all;
  }
}
