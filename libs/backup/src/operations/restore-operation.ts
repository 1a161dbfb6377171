import { Injectable } from '@nestjs/common';
import { assertThreads } from '../backup.options.js';
import { verifyQuick } from '../backup-set/verification.js';
import { OperationKind, RestoreStatus } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import type { BackupRestoreLog } from '../catalog/entities/backup-restore-log.entity.js';
import { BackupRestoreLogRepository } from '../catalog/repositories/backup-restore-log.repository.js';
import { readSchemaNames } from '../database/restore/live-schema.js';
import { precheckRestore } from '../database/restore/precheck.js';
import { restoreNotices } from '../database/restore/restore-notices.js';
import { ServerConnection } from '../database/server-connection.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents } from '../events/backup-events.js';
import { checkRoots } from '../files/restore/restore-roots.js';
import { BackupEnvironment } from './backup-environment.js';
import { BackupOperationService } from './backup-operation.js';
import { FoundBackups } from './found-backups.js';
import { engineLoad } from './load-options.js';
import type { RestorePlan } from './operation-plans.js';
import type { RecordedRun } from './operation-request.js';
import { OperationRunner } from './operation-runner.js';
import type { OperationContext } from './operation-steps.js';
import { restoreContent } from './restore-content.js';
import type { RestoreOptions } from './restore-options.js';
import { adaptDatabases, chosenDatabases, NO_OPERATION } from './restored-databases.js';
import { chosenFiles, foldersOf, plannedFiles, readingOf, restoreTypeOf, takeFilesBack } from './restored-files.js';
import { partsOf, RunningRestore } from './running-restore.js';
import type { LockedSources } from './server-locks.js';

/** Restores backups. */
@Injectable()
export class RestoreOperationService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly runner: OperationRunner,
    private readonly backups: FoundBackups,
    private readonly backupOperation: BackupOperationService,
    private readonly restores: BackupRestoreLogRepository,
    private readonly events: BackupEventEmitter,
  ) {}

  /**
   * Everything that a restore looks at before it writes. Changes nothing.
   *
   * @returns what the restore would lock
   * @throws BackupError as {@link restore} does where one would not begin
   */
  async rehearse(id: number, options: RestoreOptions = {}): Promise<LockedSources> {
    const restore = await this.open(id, options);
    await this.precheck(restore, NO_OPERATION, options.signal ?? new AbortController().signal);
    return { databases: restore.names, folders: foldersOf(restore.files) };
  }

  /** Looks at what can be known without the set. @throws BackupError as {@link restore} does */
  async check(id: number, options: RestoreOptions): Promise<BackupHistory> {
    if (options.threads !== undefined) {
      assertThreads(options.threads);
    }
    engineLoad(options);
    return this.backups.completed(id);
  }

  private async open(id: number, options: RestoreOptions): Promise<RunningRestore> {
    const backup = await this.check(id, options);
    const opened = await this.backups.open(backup, options);
    const files = chosenFiles(this.environment, opened.manifest, options);
    const targets = chosenDatabases(this.environment, opened.manifest, options, NO_OPERATION);
    return new RunningRestore(backup, opened, targets, files, engineLoad(options), options);
  }

  /**
   * @param recorded the row that the operation has already
   * @returns the finished row of backup_restore_log
   */
  async restore(id: number, options: RestoreOptions, recorded: RecordedRun | null = null): Promise<BackupRestoreLog> {
    const restore = await this.open(id, options);
    const chain = await this.backups.chainOf(restore.backup);
    if (options.inPlace === true) {
      // what is refused anyway needs no safety backup
      await this.precheck(restore, NO_OPERATION, new AbortController().signal);
      await this.saveBeforehand(id, restore.names, options);
    }
    await this.runner.run(
      {
        kind: OperationKind.RESTORE,
        caller: options,
        signal: options.signal,
        databases: restore.names,
        folders: foldersOf(restore.files),
        sets: chain.map(({ backupName }) => backupName),
        address: this.environment.address,
        recorded,
      },
      {
        plan: (backupid) => this.plan(restore, backupid),
        withdraw: () => this.restores.withdraw(restore.id),
        precheck: (_plan, { backupid, signal }) => this.precheck(restore, backupid, signal),
        execute: (_plan, context) => this.execute(restore, context),
        failed: (error, backupid) => this.failed(restore, error, backupid),
      },
    );
    return this.restoreLog(restore.id);
  }

  private async restoreLog(id: number): Promise<BackupRestoreLog> {
    const row = await this.restores.findById(id);
    if (row === null) {
      throw new BackupError('not_found', `There is no restore ${String(id)} in the log: its row was removed.`);
    }
    return row;
  }

  private async plan(restore: RunningRestore, backupid: string): Promise<RestorePlan> {
    restore.targets = chosenDatabases(this.environment, restore.manifest, restore.options, backupid);
    restore.id = await this.restores.insert({
      backupId: restore.backup.id,
      restoreType: restoreTypeOf(restore.targets.length > 0, restore.manifest, restore.files),
      status: RestoreStatus.PENDING,
      tablesRestored: restore.targets.flatMap((target) => target.tables.map((table) => `${target.live}.${table.name}`)),
      filesRestored: restore.files.length > 0 ? restore.roots : null,
      initiatedBy: restore.options.initiatedBy ?? null,
      notes: restore.options.notes ?? null,
      backupid,
      target: [...restore.names, ...(restore.options.to === undefined ? [] : [restore.options.to])].join(','),
    });
    return {
      kind: 'restore',
      historyId: restore.backup.id,
      set: restore.manifest.name,
      restoreId: restore.id,
      inPlace: restore.options.inPlace === true && restore.targets.length > 0,
      allowPartial: restore.options.allowPartial ?? false,
      undoHours: this.environment.options.undoHours,
      files: plannedFiles(restore.files),
      targets: restore.targets.map(({ live, staging, undo }) => ({ database: live, staging, undo })),
    };
  }

  private async precheck(restore: RunningRestore, operation: string, signal: AbortSignal): Promise<void> {
    if (restore.targets.length > 0) {
      await this.precheckDatabases(restore, operation);
    } else {
      await verifyQuick(this.environment.storage, restore.manifest);
    }
    await checkRoots({
      ...readingOf(this.environment, restore.opened, { load: restore.load, signal, threads: restore.options.threads }),
      restores: restore.files,
      onBytes: () => undefined,
    });
  }

  private async precheckDatabases(restore: RunningRestore, operation: string): Promise<void> {
    const connection = await ServerConnection.open(this.environment.address);
    try {
      const adapted = await adaptDatabases(
        this.environment,
        connection,
        restore.manifest,
        restore.targets,
        restore.options,
      );
      await precheckRestore(connection, this.environment.storage, restore.manifest, adapted, {
        inPlace: restore.options.inPlace ?? false,
        allowPartial: restore.options.allowPartial ?? false,
        operation,
      });
      restore.targets = adapted.targets;
      restore.notices = await restoreNotices(connection, adapted.targets);
    } finally {
      await connection.end();
    }
  }

  private async execute(restore: RunningRestore, context: OperationContext): Promise<void> {
    const startedAt = new Date();
    const event = restore.event(context.backupid);
    await this.restores.update(restore.id, { status: RestoreStatus.RUNNING, startedAt });
    this.events.emit(BackupEvents.restoreStarted, event);
    context.log.info(
      `Restore ${String(restore.id)} of ${restore.manifest.name} to ${[...restore.names, ...foldersOf(restore.files)].join(', ')} started`,
    );
    const parts = partsOf(restore.targets).map((part) => `The backup holds ${part}`);
    for (const warning of [...parts, ...restore.notices]) {
      context.log.warn(warning);
    }
    const shortcomings = await restoreContent(this.environment, restore, {
      context,
      onProgress: (measure) => {
        const progress = context.progress(measure);
        restore.options.onProgress?.(progress);
        this.events.emit(BackupEvents.restoreProgress, { ...event, ...progress });
      },
      onStaged: () => {
        this.events.emit(BackupEvents.restoreStaged, event);
      },
    });
    for (const shortcoming of shortcomings) {
      context.log.warn(shortcoming);
    }
    await this.restores.update(restore.id, { status: RestoreStatus.COMPLETED, completedAt: new Date() });
    const durationSeconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
    context.log.info(`Restore ${String(restore.id)} completed in ${String(durationSeconds)} s`);
    this.events.emit(BackupEvents.restoreCompleted, { ...event, durationSeconds });
  }

  private async failed(restore: RunningRestore, error: BackupError, backupid: string): Promise<void> {
    try {
      await takeFilesBack(this.environment, plannedFiles(restore.files), backupid);
      if (restore.options.inPlace !== true && restore.targets.length > 0) {
        await this.assertClean(restore);
      }
      if (restore.id !== 0) {
        await this.restores.update(restore.id, {
          status: RestoreStatus.FAILED,
          completedAt: new Date(),
          errorMessage: error.message,
        });
      }
    } finally {
      const ending = error.code === 'cancelled' ? BackupEvents.restoreCancelled : BackupEvents.restoreFailed;
      this.events.emit(ending, { ...restore.event(backupid), code: error.code, message: error.message });
    }
  }

  /** @throws BackupError when something is left of a restore that failed: the next command drops it */
  private async assertClean({ targets }: RunningRestore): Promise<void> {
    const connection = await ServerConnection.open(this.environment.address);
    try {
      for (const schema of targets.flatMap(({ staging, undo }) => [staging, undo])) {
        if ((await readSchemaNames(connection, schema)).exists) {
          throw new BackupError('busy', `Schema ${schema} could not be dropped yet: run backup:list.`);
        }
      }
    } finally {
      await connection.end();
    }
  }

  /** There is no undo in place: what is there now is backed up first. */
  private async saveBeforehand(id: number, databases: readonly string[], options: RestoreOptions): Promise<void> {
    const connection = await ServerConnection.open(this.environment.address);
    const existing: string[] = [];
    try {
      for (const database of databases) {
        if ((await readSchemaNames(connection, database)).exists) {
          existing.push(database);
        }
      }
    } finally {
      await connection.end();
    }
    if (existing.length > 0) {
      await this.backupOperation.create('database', {
        databases: existing,
        notes: `Safety backup before restoring backup ${String(id)} in place`,
        initiatedBy: options.initiatedBy,
        signal: options.signal,
        maxRate: options.maxRate,
        nice: options.nice,
      });
    }
  }
}
