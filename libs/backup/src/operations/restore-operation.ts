import { Injectable } from '@nestjs/common';
import { assertThreads } from '../backup.options.js';
import { verifyQuick } from '../backup-set/verification.js';
import { describeSubset } from '../backup-set/missing-parts.js';
import type { Manifest } from '../backup-set/manifest.js';
import { OperationKind, RestoreStatus } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import type { BackupRestoreLog } from '../catalog/entities/backup-restore-log.entity.js';
import { BackupRestoreLogRepository } from '../catalog/repositories/backup-restore-log.repository.js';
import type { EngineLoad } from '../engine/thread-messages.js';
import { restoreInPlace } from '../database/restore/in-place-restore.js';
import { readSchemaNames } from '../database/restore/live-schema.js';
import { adaptTargets, type AdaptedTargets } from '../database/compatibility/adapt-targets.js';
import { noDatabases } from '../database/restore/restore.errors.js';
import { neededObjects, precheckRestore } from '../database/restore/precheck.js';
import { previewRestore, type RestorePreview } from '../database/restore/preview.js';
import { restoreNotices } from '../database/restore/restore-notices.js';
import { restoreTargets, type RestoreTarget } from '../database/restore/restore-targets.js';
import { restoreStaged } from '../database/restore/staged-restore.js';
import { ServerConnection } from '../database/server-connection.js';
import { verifyFull } from '../database/verify-set.js';
import type { RootRestore } from '../files/restore/file-targets.js';
import { checkRoots, previewRoots, restoreRoots } from '../files/restore/restore-roots.js';
import type { ReadingOptions } from '../files/stored-roots.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents, type RestoreEvent } from '../events/backup-events.js';
import { BackupEnvironment } from './backup-environment.js';
import { BackupOperationService } from './backup-operation.js';
import { FoundBackups, type OpenedSet, type OpenOptions } from './found-backups.js';
import { engineLoad, type LoadOptions } from './load-options.js';
import type { RestorePlan } from './operation-plans.js';
import {
  chosenFiles,
  fileProgress,
  foldersOf,
  plannedFiles,
  restoreTypeOf,
  takeFilesBack,
  wantsDatabases,
  type FileScope,
} from './restored-files.js';
import type { OperationCaller, RecordedRun } from './operation-request.js';
import { OperationRunner } from './operation-runner.js';
import type { OperationContext } from './operation-steps.js';

/** Which parts of a backup, and under which names. */
export interface RestoreScope extends OpenOptions, FileScope {
  /** `shop`, or `shop=shop_copy` to restore under another name. Default: every database of the backup. */
  readonly databases?: readonly string[];
  /** `orders`, `shop.orders`, or patterns with `*` and `?`. Default: everything, with views, routines, triggers and events. */
  readonly tables?: readonly string[];
  /**
   * `OLD=NEW`: what has the collation OLD gets NEW, which must be of the same character set. For sets from another kind of
   * server, such as `utf8mb4_0900_ai_ci=utf8mb4_uca1400_ai_ci` from MySQL to MariaDB. Default: none.
   */
  readonly mapCollations?: readonly string[];
  /**
   * Leave out views, routines, triggers, events, sequences, keys over expressions and storage options that the server
   * cannot have, instead of refusing the restore. Default: false.
   */
  readonly skipIncompatible?: boolean;
}

export interface RestoreOptions extends RestoreScope, LoadOptions, OperationCaller {
  /** Restore straight into the live database, after a safety backup of it, for accounts that may not create schemas. */
  readonly inPlace?: boolean;
  /**
   * Replace live tables also by those of which the backup holds no or only some rows, and make foreign keys to tables that
   * it leaves out and the server does not have. Default: false, such a restore is refused.
   */
  readonly allowPartial?: boolean;
  /** Engine threads. Default: the module's. */
  readonly threads?: number;
  readonly notes?: string;
  /** Cancels the restore up to the swap; live data is then untouched. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly fraction: number; readonly bytes: number }) => void;
}

/** Stands in names of scratch schemas before there is an operation. */
const NO_OPERATION = '0'.repeat(32);
/** Plain bytes a second that a restore handles, for the expected time in a preview; measured on two cores. */
const EXPECTED_RATE = 25_000_000;

/** The preview of databases where none are restored. */
const NO_DATABASES: Omit<RestorePreview, 'set' | 'files'> = {
  tables: [],
  objects: [],
  bytes: 0,
  expectedSeconds: 0,
  compatibility: { from: '', to: '', incompatible: [], skipped: [], provenBySum: [] },
  notices: [],
};

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

  async preview(id: number, scope: RestoreScope): Promise<RestorePreview> {
    const backup = await this.backups.completed(id);
    const opened = await this.backups.open(backup, scope);
    const { manifest } = opened;
    const files = chosenFiles(this.environment, manifest, scope);
    const previewed = await previewRoots({
      ...this.reading(opened, engineLoad({}), new AbortController().signal),
      restores: files,
      onBytes: () => undefined,
    });
    const targets = this.targets(manifest, scope, NO_OPERATION);
    const databases = targets.length > 0 ? await this.previewDatabases(manifest, targets, scope) : NO_DATABASES;
    const bytes = databases.bytes + previewed.reduce((sum, root) => sum + root.bytes, 0);
    return {
      ...databases,
      set: manifest.name,
      files: previewed,
      bytes,
      expectedSeconds: Math.ceil(bytes / EXPECTED_RATE),
    };
  }

  private async previewDatabases(
    manifest: Manifest,
    targets: readonly RestoreTarget[],
    scope: RestoreScope,
  ): Promise<Omit<RestorePreview, 'files'>> {
    const connection = await ServerConnection.open(this.environment.address);
    try {
      const adapted = await this.adapt(connection, manifest, targets, scope);
      return await previewRestore(connection, this.environment.storage, manifest, adapted, EXPECTED_RATE);
    } finally {
      await connection.end();
    }
  }

  /**
   * Everything that a restore looks at before it writes. Changes nothing.
   *
   * @throws BackupError as {@link restore} does where one would not begin
   */
  async rehearse(id: number, options: RestoreOptions = {}): Promise<void> {
    const restore = await this.open(id, options);
    await this.precheck(restore, NO_OPERATION, options.signal ?? new AbortController().signal);
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
    const targets = this.targets(opened.manifest, options, NO_OPERATION);
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

  private targets(manifest: Manifest, scope: RestoreScope, operation: string): RestoreTarget[] {
    if (!wantsDatabases(manifest, scope)) {
      return [];
    }
    if (manifest.databases.length === 0) {
      throw noDatabases(manifest.name);
    }
    return restoreTargets(
      manifest,
      { databases: (scope.databases ?? []).map(databaseMapping), tables: scope.tables ?? [] },
      this.environment.protectedTables,
      operation,
    );
  }

  private adapt(
    connection: ServerConnection,
    manifest: Manifest,
    targets: readonly RestoreTarget[],
    { mapCollations = [], skipIncompatible = false }: RestoreScope,
  ): Promise<AdaptedTargets> {
    const consent = { mapCollations, skipIncompatible };
    if (manifest.server === null) {
      throw noDatabases(manifest.name);
    }
    return adaptTargets(connection, manifest.server, targets, consent, this.environment.protectedTables.database);
  }

  private async plan(restore: RunningRestore, backupid: string): Promise<RestorePlan> {
    restore.targets = this.targets(restore.manifest, restore.options, backupid);
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
      ...this.reading(restore.opened, restore.load, signal, restore.options.threads),
      restores: restore.files,
      onBytes: () => undefined,
    });
  }

  private async precheckDatabases(restore: RunningRestore, operation: string): Promise<void> {
    const connection = await ServerConnection.open(this.environment.address);
    try {
      const adapted = await this.adapt(connection, restore.manifest, restore.targets, restore.options);
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
    const { options: settings, address } = this.environment;
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
    const engine = {
      address,
      storageConfiguration: settings.storage,
      manifest: restore.manifest,
      identities: restore.opened.identities,
      targets: restore.targets,
      threads: restore.options.threads ?? settings.threads,
      load: restore.load,
      signal: context.signal,
      onProgress: (progress: { readonly fraction: number; readonly bytes: number }): void => {
        context.progress(progress.fraction);
        restore.options.onProgress?.(progress);
        this.events.emit(BackupEvents.restoreProgress, {
          ...event,
          fraction: progress.fraction,
          bytes: progress.bytes,
        });
      },
    };
    for (const shortcoming of await this.restoreParts(restore, engine, context, event)) {
      context.log.warn(shortcoming);
    }
    await this.restores.update(restore.id, { status: RestoreStatus.COMPLETED, completedAt: new Date() });
    const durationSeconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
    context.log.info(`Restore ${String(restore.id)} completed in ${String(durationSeconds)} s`);
    this.events.emit(BackupEvents.restoreCompleted, { ...event, durationSeconds });
  }

  /** @returns what is not as it was, a line each, besides what was noticed beforehand */
  private async restoreParts(
    restore: RunningRestore,
    engine: Parameters<typeof restoreInPlace>[0],
    context: OperationContext,
    event: RestoreEvent,
  ): Promise<readonly string[]> {
    if (restore.targets.length === 0) {
      await this.restoreFiles(restore, context, fileProgress(restore.files, engine.onProgress));
      return [];
    }
    const shortcomings =
      restore.options.inPlace === true
        ? await this.restoreInPlace(restore, engine, context)
        : await restoreStaged({
            ...engine,
            operation: context.backupid,
            onStaged: async () => {
              context.log.info('Every row and definition was proven in staging; swapping');
              this.events.emit(BackupEvents.restoreStaged, event);
              await context.checkpoint();
              // as short a time as can be lies between the files and the rows that name them
              await this.restoreFiles(restore, context, () => undefined);
            },
          });
    return shortcomings.filter((line) => !restore.notices.includes(line));
  }

  private async restoreInPlace(
    restore: RunningRestore,
    engine: Parameters<typeof restoreInPlace>[0],
    context: OperationContext,
  ): Promise<readonly string[]> {
    await verifyFull({
      ...engine,
      storage: this.environment.storage,
      objects: neededObjects(engine.manifest, engine.targets),
      onProgress: () => undefined,
    });
    await this.restoreFiles(restore, context, () => undefined);
    return restoreInPlace(engine);
  }

  private async restoreFiles(
    restore: RunningRestore,
    context: OperationContext,
    onBytes: (bytes: number) => void,
  ): Promise<void> {
    if (restore.files.length > 0) {
      const reading = this.reading(restore.opened, restore.load, context.signal, restore.options.threads);
      await restoreRoots({ ...reading, restores: restore.files, onBytes }, context.backupid);
      context.log.info(`Files of ${restore.roots.join(', ')} are in place`);
    }
  }

  private reading(
    { identities }: OpenedSet,
    load: EngineLoad,
    signal: AbortSignal,
    threads = this.environment.options.threads,
  ): Omit<ReadingOptions, 'onBytes'> {
    return { storageConfiguration: this.environment.options.storage, identities, threads, load, signal };
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

class RunningRestore {
  /** Row of backup_restore_log; 0 until there is one. */
  id = 0;
  /** What cannot be kept, as the precheck found. */
  notices: readonly string[] = [];

  constructor(
    readonly backup: BackupHistory,
    readonly opened: OpenedSet,
    /** Their scratch schemas have no names yet before there is an operation. */
    public targets: readonly RestoreTarget[],
    readonly files: readonly RootRestore[],
    readonly load: EngineLoad,
    readonly options: RestoreOptions,
  ) {}

  get manifest(): Manifest {
    return this.opened.manifest;
  }

  /** Names of the databases that are restored, as they are to be called. */
  get names(): string[] {
    return this.targets.map(({ live }) => live);
  }

  /** Names of file roots. */
  get roots(): string[] {
    return this.files.map(({ target }) => target.root);
  }

  event(backupid: string): RestoreEvent {
    return {
      id: this.backup.id,
      backupName: this.backup.backupName,
      backupType: this.backup.backupType,
      backupid,
      restoreId: this.id,
      roots: this.roots,
      databases: this.names,
    };
  }
}

function partsOf(targets: readonly RestoreTarget[]): string[] {
  return targets.flatMap(({ live, tables }) =>
    tables.flatMap(({ name, subset }) =>
      subset === undefined ? [] : [`${describeSubset(subset)} of ${live}.${name}`],
    ),
  );
}

/** `old=new`, or a name that stays. @throws BackupError `invalid_option` */
function databaseMapping(text: string): { from: string; to: string } {
  const [from, to = from, ...rest] = text.split('=');
  if (from === '' || to === '' || rest.length > 0) {
    throw new BackupError(
      'invalid_option',
      `${JSON.stringify(text)} names no database: write NAME, or OLD=NEW to restore under another name.`,
    );
  }
  return { from, to };
}
