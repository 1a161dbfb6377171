import { Injectable } from '@nestjs/common';
import { removeSet } from '../backup-set/backup-set.js';
import { sweepSetKey } from '../backup-set/stored-set-key.js';
import { OperationKind } from '../catalog/catalog.types.js';
import { BackupLogRepository } from '../catalog/repositories/backup-log.repository.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents } from '../events/backup-events.js';
import { assertDeletionLimit } from '../retention/deletion-limit.js';
import { AUDIT_LOG } from './audit-trail.js';
import { BackupEnvironment } from './backup-environment.js';
import { CleanupPlanService, SWEEP_AFTER, type CleanupPreview } from './cleanup-plan.js';
import { DeleteBackupService } from './delete-backup.js';
import { ExpiredUndoService } from './expired-undo.js';
import type { CleanupPlan } from './operation-plans.js';
import { ManifestCache } from './manifest-cache.js';
import type { OperationCaller, RecordedRun } from './operation-request.js';
import { OperationRunner } from './operation-runner.js';
import type { OperationContext } from './operation-steps.js';
import { RecoveryService } from './recovery.js';

export interface CleanupOptions extends OperationCaller {
  /** The most backups to delete; when there are more, none is. Default: the `retention.maxDelete` of the module. */
  readonly maxDelete?: number;
  /** Stops before the next deletion. */
  readonly signal?: AbortSignal;
}

export interface CleanupResult {
  readonly plan: CleanupPreview;
  /** Ids of the backups deleted. */
  readonly deleted: readonly number[];
  readonly freedBytes: number;
  /** Sets without a manifest that were swept. */
  readonly swept: readonly string[];
  /** Undo schemas that were dropped. */
  readonly undoSchemas: readonly string[];
  /** Folders in which replaced files are no longer kept. */
  readonly undoFolders: readonly string[];
}

const DAY = 86_400_000;

/** Deletes backups that no rule keeps, unfinished sets and keys, old lines of logs, and undo schemas and replaced files whose time is over. */
@Injectable()
export class CleanupOperationService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly runner: OperationRunner,
    private readonly recovery: RecoveryService,
    private readonly plans: CleanupPlanService,
    private readonly deletion: DeleteBackupService,
    private readonly cache: ManifestCache,
    private readonly expiredUndo: ExpiredUndoService,
    private readonly logs: BackupLogRepository,
    private readonly events: BackupEventEmitter,
  ) {}

  /** @throws BackupError `not_confirmed` when more is to be deleted than may be at once */
  async cleanup(now: Date, options: CleanupOptions = {}, recorded: RecordedRun | null = null): Promise<CleanupResult> {
    await this.environment.storage.check();
    // what an earlier cleanup left half deleted is no backup any more
    await this.recovery.recover();
    const preview = await this.plans.plan(now, options.maxDelete);
    assertDeletionLimit(preview.delete.length, preview.maxDelete, preview.backups.length);
    return this.runner.run(
      {
        kind: OperationKind.CLEANUP,
        caller: options,
        signal: options.signal,
        databases: [],
        address: this.environment.address,
        recorded,
      },
      {
        plan: () => Promise.resolve<CleanupPlan>({ kind: 'cleanup', delete: [...preview.delete] }),
        execute: (plan, context) => this.execute(plan, preview, now, context),
        failed: async ({ code, message }, backupid) => {
          const ending = code === 'cancelled' ? BackupEvents.cleanupCancelled : BackupEvents.cleanupFailed;
          this.events.emit(ending, { backupid, code, message });
          await this.deletion.assertNoneHalfDeleted(preview.delete);
        },
      },
    );
  }

  private async execute(
    plan: CleanupPlan,
    preview: CleanupPreview,
    now: Date,
    context: OperationContext,
  ): Promise<CleanupResult> {
    const { backupid } = context;
    const deleted: number[] = [];
    let freedBytes = 0;
    this.events.emit(BackupEvents.cleanupStarted, { backupid, planned: plan.delete });
    for (const [index, id] of plan.delete.entries()) {
      await context.checkpoint();
      const freed = await this.deleteOne(id, context);
      if (freed !== null) {
        deleted.push(id);
        freedBytes += freed;
      }
      const measure = { fraction: (index + 1) / plan.delete.length, bytes: freedBytes };
      this.events.emit(BackupEvents.cleanupProgress, { backupid, ...context.progress(measure) });
    }
    await context.checkpoint();
    for (const name of preview.unfinishedSets) {
      await removeSet(this.environment.storage, name);
      context.log.info(`${name} had no manifest and was swept`);
    }
    for (const name of preview.unknownSets) {
      context.log.warn(`${name} is in storage but not in the catalog: it stays; backup:import takes it up`);
    }
    const gone = new Set(deleted);
    const kept = preview.backups.filter(({ id }) => !gone.has(id));
    for (const { backupName } of kept.filter(({ encryption }) => encryption)) {
      await sweepSetKey(this.environment.storage, backupName, new Date(now.getTime() - SWEEP_AFTER));
    }
    await this.cache.retain(new Set(kept.map(({ backupName }) => backupName)));
    const undoSchemas = await this.expiredUndo.dropSchemas(now);
    for (const schema of undoSchemas) {
      context.log.info(`Undo schema ${schema} was dropped: its time for undoing is over`);
    }
    const undoFolders = await this.expiredUndo.dropFolders(now);
    for (const folder of undoFolders) {
      context.log.info(`Replaced files in ${folder} were let go: their time for undoing is over`);
    }
    await this.removeOldLines(now, context);
    this.events.emit(BackupEvents.cleanupCompleted, { backupid, deleted, freedBytes });
    return { plan: preview, deleted, freedBytes, swept: preview.unfinishedSets, undoSchemas, undoFolders };
  }

  private async removeOldLines(now: Date, { log }: OperationContext): Promise<void> {
    const { logDays } = this.environment.options;
    const removed = await this.logs.removeBefore(new Date(now.getTime() - logDays * DAY), AUDIT_LOG);
    if (removed > 0) {
      log.info(`${String(removed)} lines of logs were removed: they were older than ${String(logDays)} days`);
    }
  }

  /** Gives the bytes freed; null when the backup has been pinned, built upon or deleted since the plan was made. */
  private async deleteOne(id: number, context: OperationContext): Promise<number | null> {
    try {
      const { backupName, fileSize } = await this.deletion.remove(id);
      context.log.info(`Backup ${String(id)} (${backupName}) was deleted: no rule keeps it`);
      return fileSize;
    } catch (error) {
      if (error instanceof BackupError && (error.code === 'busy' || error.code === 'not_found')) {
        context.log.warn(`Backup ${String(id)} was left alone: ${error.message}`);
        return null;
      }
      throw error;
    }
  }
}
