import { Injectable } from '@nestjs/common';
import { assertThreads } from '../backup.options.js';
import { formatCompression, parseCompression } from '../backup-set/compression.js';
import { commitManifest, removeSet, setExists, type StoredManifest } from '../backup-set/backup-set.js';
import { SetObjects } from '../backup-set/set-objects.js';
import { verifyQuick } from '../backup-set/verification.js';
import { BackupStatus, BackupType, OperationKind } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { checkSelection } from '../database/selection/check-selection.js';
import { assertSelection } from '../database/selection/table-selection.js';
import type { BackupError } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents, type BackupEvent } from '../events/backup-events.js';
import { findRoot } from '../files/file-root.js';
import { BackupBases, type BaseChoice } from './backup-bases.js';
import { BackupEnvironment } from './backup-environment.js';
import { assertSupportedType, backupSources } from './backup-sources.js';
import { completedRow, NO_TOTALS } from './history-rows.js';
import {
  assertFullEvery,
  assertRetentionDays,
  assertOptionsFit,
  tableSelection,
  type CreateBackupOptions,
} from './create-options.js';
import { engineLoad } from './load-options.js';
import { logCompleted } from './log-completed.js';
import { ManifestCache } from './manifest-cache.js';
import type { BackupPlan } from './operation-plans.js';
import type { RecordedRun } from './operation-request.js';
import { OperationRunner } from './operation-runner.js';
import type { OperationContext } from './operation-steps.js';
import { baseNote, RunningBackup, type BackupSettings } from './running-backup.js';
import { sealSet } from './seal-set.js';
import { storeContent, type SetContent } from './set-content.js';
import type { LockedSources } from './server-locks.js';
import { SetLocks } from './set-locks.js';

/** Makes backups. */
@Injectable()
export class BackupOperationService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly runner: OperationRunner,
    private readonly history: BackupHistoryRepository,
    private readonly locks: SetLocks,
    private readonly bases: BackupBases,
    private readonly cache: ManifestCache,
    private readonly events: BackupEventEmitter,
  ) {}

  /**
   * @param recorded the row that the operation has already
   * @returns the id of the new row of backup_history
   */
  async create(type: BackupType, options: CreateBackupOptions, recorded: RecordedRun | null = null): Promise<number> {
    assertSupportedType(type);
    const settings = await this.settings(type, options);
    const base = type === BackupType.INCREMENTAL ? await this.chooseBase(settings, options) : null;
    const backup = new RunningBackup(
      base?.base === null ? BackupType.FULL : type,
      settings,
      base,
      options,
      recorded?.origin === 'schedule' ? recorded.scheduleId : null,
    );
    const { databases, roots } = settings.sources;
    await this.runner.run(
      {
        kind: OperationKind.BACKUP,
        caller: options,
        signal: options.signal,
        databases,
        folders: roots.map(({ path }) => path),
        address: this.environment.address,
        recorded,
      },
      {
        plan: (backupid) => this.plan(backup, backupid),
        withdraw: () => this.history.withdraw(backup.id),
        execute: (plan, context) => this.execute(backup, plan, context),
        failed: (error, backupid) => this.failed(backup, error, backupid),
      },
    );
    return backup.id;
  }

  /** Looks at what can be known beforehand. @throws BackupError as {@link create} does */
  async check(type: BackupType, options: CreateBackupOptions): Promise<void> {
    assertSupportedType(type);
    assertFullEvery(options.fullEvery);
    await this.settings(type, options);
  }

  /**
   * Looks at all that can be known before anything is written.
   *
   * @returns what the backup would lock
   * @throws BackupError as {@link create} does where a backup would not begin
   */
  async rehearse(type: BackupType, options: CreateBackupOptions): Promise<LockedSources> {
    const { sources, selection } = await this.settings(type, options);
    const { storage, address } = this.environment;
    await storage.check();
    sources.roots.forEach(findRoot);
    if (sources.databases.length > 0) {
      await checkSelection(address, sources.databases, selection);
    }
    return { databases: sources.databases, folders: sources.roots.map(({ path }) => path) };
  }

  private async settings(type: BackupType, options: CreateBackupOptions): Promise<BackupSettings> {
    assertOptionsFit(type, options);
    assertRetentionDays(options.retentionDays);
    const compression =
      options.compression === undefined ? this.environment.options.compression : parseCompression(options.compression);
    const sources = backupSources(type, options.databases ?? this.environment.databases, this.environment.options);
    const { threads = this.environment.options.threads } = options;
    assertThreads(threads);
    const load = engineLoad(options);
    const selection = tableSelection(options);
    assertSelection(selection);
    const lock = await this.locks.choose(options);
    return { sources, selection, compression, lock, threads, load };
  }

  private async chooseBase(settings: BackupSettings, options: CreateBackupOptions): Promise<BaseChoice> {
    const { fullEvery = this.environment.options.fullEvery, passphrase } = options;
    assertFullEvery(fullEvery);
    const compression = formatCompression(settings.compression);
    return this.bases.choose({ ...settings, compression, fullEvery, unlock: { passphrase } });
  }

  private async plan(backup: RunningBackup, backupid: string): Promise<BackupPlan> {
    const { storage, options } = this.environment;
    const retentionDays =
      backup.options.retentionDays === undefined ? options.retention.rules.days : backup.options.retentionDays;
    backup.id = await this.history.insert({
      backupType: backup.type,
      backupName: backup.set,
      filePath: backup.set,
      status: BackupStatus.PENDING,
      tablesIncluded: null,
      compression: formatCompression(backup.settings.compression),
      encryption: backup.settings.lock !== null,
      encryptionKeyId: backup.settings.lock?.keyId ?? null,
      retentionDays,
      expiresAt: retentionDays === null ? null : dayAfter(retentionDays),
      initiatedBy: backup.options.initiatedBy ?? null,
      notes: backup.options.notes ?? null,
      scheduleId: backup.scheduleId,
      backupid,
      storage: storage.location,
      parentId: backup.parent?.backup.id ?? null,
    });
    return {
      kind: 'backup',
      historyId: backup.id,
      set: backup.set,
      databases: [...backup.settings.sources.databases],
      roots: backup.settings.sources.roots.map(({ name }) => name),
      compression: formatCompression(backup.settings.compression),
      selection: backup.settings.selection,
    };
  }

  private async execute(backup: RunningBackup, plan: BackupPlan, context: OperationContext): Promise<void> {
    const event = backup.event(context.backupid);
    backup.startedAt = new Date();
    await this.environment.storage.check();
    await this.cache.check();
    await this.history.update(backup.id, { status: BackupStatus.RUNNING, startedAt: backup.startedAt });
    this.events.emit(BackupEvents.started, event);
    context.log.info(
      `Backup ${String(backup.id)} (${backup.set}) of ${[...plan.databases, ...(plan.roots ?? [])].join(', ')} started`,
    );
    if (backup.base !== null) {
      context.log.info(baseNote(backup.base));
    }
    backup.recipient = backup.settings.lock === null ? null : await this.locks.lock(backup.set, backup.settings.lock);
    const expectedBytes = await this.expectedBytes(backup);
    const content = await this.store(backup, expectedBytes, context, event);
    const stored = await this.commit(backup, content, context);
    await verifyQuick(this.environment.storage, stored.manifest);
    // a process that stood still while it wrote the manifest may be taken for dead, and its objects removed
    await context.checkpoint();
    await this.cache.put(stored);
    const totals = completedRow(stored, backup.startedAt, new Date());
    await this.history.update(backup.id, totals);
    logCompleted(context.log, stored.manifest);
    context.log.info(`Backup ${String(backup.id)} completed in ${String(totals.durationSeconds)} s`);
    const { fileSize, logicalSize, durationSeconds } = totals;
    const { warnings } = stored.manifest;
    this.events.emit(BackupEvents.completed, { ...event, fileSize, logicalSize, durationSeconds, warnings });
  }

  /** As many plain bytes as the set that it builds on has, or the latest of its type; null when there is none. */
  private async expectedBytes({ parent, type }: RunningBackup): Promise<number | null> {
    if (parent !== null) {
      return new SetObjects(parent.manifest).all.reduce((sum, { plainSize }) => sum + plainSize, 0);
    }
    const [latest] = await this.history.list({ type, status: BackupStatus.COMPLETED, limit: 1 });
    return (latest as BackupHistory | undefined)?.logicalSize ?? null;
  }

  private store(
    backup: RunningBackup,
    expectedBytes: number | null,
    context: OperationContext,
    event: BackupEvent,
  ): Promise<SetContent> {
    return storeContent(this.environment, {
      sources: backup.settings.sources,
      selection: backup.settings.selection,
      set: backup.set,
      base: backup.parent,
      hasFineRanges: backup.base !== null,
      indexCopyOf: (folder) => (backup.recipient === null ? null : this.cache.indexPath(backup.set, folder)),
      format: backup.format,
      threads: backup.settings.threads,
      load: backup.settings.load,
      allowPartial: backup.options.allowPartial ?? false,
      signal: context.signal,
      expectedBytes,
      onProgress: ({ fraction, bytes, rows }) => {
        const progress = context.progress({ fraction, bytes });
        backup.options.onProgress?.({ ...progress, rows });
        this.events.emit(BackupEvents.progress, { ...event, ...progress });
      },
    });
  }

  private async commit(backup: RunningBackup, content: SetContent, context: OperationContext): Promise<StoredManifest> {
    const { storage } = this.environment;
    const sealed = await sealSet(storage, backup, content, context);
    // known before the set is whole: after a crash it may be without a key that an encrypted set is found
    const totals = completedRow(sealed, backup.startedAt, new Date());
    await this.history.update(backup.id, { ...totals, status: BackupStatus.RUNNING });
    await commitManifest(storage, sealed);
    return sealed;
  }

  private async failed(backup: RunningBackup, error: BackupError, backupid: string): Promise<void> {
    const { storage } = this.environment;
    const row = backup.id === 0 ? null : await this.history.findById(backup.id).catch(() => null);
    if (row?.status === BackupStatus.FAILED || row?.status === BackupStatus.COMPLETED) {
      // who took this process for dead has recorded what became of the backup: nothing may be written any more
      await (row.status === BackupStatus.FAILED ? removeSet(storage, backup.set) : undefined);
      return;
    }
    // a set that was complete when the server went is what the next start makes a backup of
    const isWhole = error.code === 'connection_lost' && (await setExists(storage, backup.set).catch(() => false));
    if (!isWhole) {
      await removeSet(storage, backup.set).catch(() => undefined);
    }
    try {
      if (backup.id !== 0) {
        await this.history.update(backup.id, {
          ...(isWhole ? {} : NO_TOTALS),
          status: BackupStatus.FAILED,
          completedAt: new Date(),
          errorMessage: error.message,
        });
      }
    } finally {
      const ending = error.code === 'cancelled' ? BackupEvents.cancelled : BackupEvents.failed;
      this.events.emit(ending, { ...backup.event(backupid), code: error.code, message: error.message });
    }
  }
}

/** The day that many days from now, UTC. */
function dayAfter(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
