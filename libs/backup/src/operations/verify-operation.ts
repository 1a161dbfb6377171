import { Injectable } from '@nestjs/common';
import { sampleObjects } from '../backup-set/sample-objects.js';
import { SetObjects } from '../backup-set/set-objects.js';
import { verifyQuick, verifySealed } from '../backup-set/verification.js';
import { OperationKind } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import type { EngineLoad } from '../engine/thread-messages.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents } from '../events/backup-events.js';
import { BackupEnvironment } from './backup-environment.js';
import { drill, drillTargets } from './drill.js';
import { FoundBackups, type OpenedSet } from './found-backups.js';
import { engineLoad, type LoadOptions } from './load-options.js';
import type { VerifyPlan } from './operation-plans.js';
import type { OperationCaller, RecordedRun } from './operation-request.js';
import type { OperationProgressReport, ProgressMeasure } from './operation-progress.js';
import { OperationRunner } from './operation-runner.js';
import type { OperationContext } from './operation-steps.js';
import type { UnlockOptions } from './set-locks.js';
import { verifyContent } from './verify-content.js';

/**
 * - `quick`: manifest checksum, and every object present with its stored size; of an encrypted backup, which needs no
 *   identity for that, all objects together
 * - `full`: every object read, decrypted, decompressed and hashed, rows and statements counted
 * - `drill`: databases restored into scratch schemas and files into a scratch folder, every row, definition and file proven as
 *   after a restore, and dropped; how long that took is kept
 */
export type VerifyLevel = 'quick' | 'full' | 'drill';

export interface VerifyBackupOptions extends LoadOptions, UnlockOptions, OperationCaller {
  /**
   * Of a full verification: read only so many per cent of the bytes, above 0 and at most 100. Each day (UTC) has another
   * part in turn, so that with 5 every object is read in twenty days. Default: everything.
   */
  readonly sample?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: OperationProgressReport) => void;
}

/** With the one who records how far it is. */
type Followed = Omit<VerifyBackupOptions, 'onProgress'> & { readonly onProgress: (progress: ProgressMeasure) => void };

/** Verifies backups against their manifests, and those against the catalog. */
@Injectable()
export class VerifyOperationService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly runner: OperationRunner,
    private readonly backups: FoundBackups,
    private readonly history: BackupHistoryRepository,
    private readonly events: BackupEventEmitter,
  ) {}

  /** Looks at what can be known beforehand. @throws BackupError as {@link verify} does */
  async check(id: number, level: VerifyLevel, options: VerifyBackupOptions): Promise<BackupHistory> {
    engineLoad(options);
    assertSample(level, options.sample);
    return this.backups.completed(id);
  }

  /** @throws BackupError `damaged` naming what is wrong; `verified` is then false */
  async verify(
    id: number,
    level: VerifyLevel,
    options: VerifyBackupOptions,
    recorded: RecordedRun | null = null,
  ): Promise<void> {
    const load = engineLoad(options);
    const backup = await this.check(id, level, options);
    const chain = await this.backups.chainOf(backup);
    const startedAt = Date.now();
    const event = { id, backupName: backup.backupName, backupType: backup.backupType, level };
    await this.runner.run(
      {
        kind: OperationKind.VERIFY,
        caller: options,
        signal: options.signal,
        databases: [],
        sets: chain.map(({ backupName }) => backupName),
        address: this.environment.address,
        recorded,
      },
      {
        plan: async (backupid) => {
          const plan: VerifyPlan = { kind: 'verify', historyId: id, set: backup.backupName, level };
          if (level !== 'drill') {
            return plan;
          }
          const targets = drillTargets(this.environment, await this.open(backup, options), backupid);
          return { ...plan, targets: targets.map(({ live, staging, undo }) => ({ database: live, staging, undo })) };
        },
        execute: async (plan, context) => {
          const { backupid } = context;
          this.events.emit(BackupEvents.verifyStarted, { ...event, backupid });
          await this.look(backup, plan.level, context, load, {
            ...options,
            onProgress: (measure) => {
              const progress = context.progress(measure);
              options.onProgress?.(progress);
              this.events.emit(BackupEvents.verifyProgress, { ...event, backupid, ...progress });
            },
          });
          await this.recordSound(backup, plan.level, options.sample);
          const durationSeconds = Math.round((Date.now() - startedAt) / 1000);
          const part = options.sample === undefined ? '' : ` of ${String(options.sample)} %`;
          context.log.info(`Backup ${String(id)} passed ${level} verification${part}`);
          this.events.emit(BackupEvents.verified, { ...event, backupid, durationSeconds });
        },
        failed: async (error, backupid) => {
          if (isVerdict(error)) {
            await this.history.update(id, { verified: false, verifiedAt: new Date() });
          }
          this.events.emit(endingOf(error), { ...event, backupid, code: error.code, message: error.message });
        },
      },
    );
  }

  private async look(
    backup: BackupHistory,
    level: VerifyLevel,
    context: OperationContext,
    load: EngineLoad,
    options: Followed,
  ): Promise<void> {
    const { storage, options: settings } = this.environment;
    if (level === 'quick' && backup.encryption) {
      for (const link of await this.backups.chainOf(backup)) {
        await this.backups.manifestBytes(link, false);
        await verifySealed(storage, link.backupName, link.fileSize);
      }
      return;
    }
    const opened = await this.open(backup, options);
    const { manifest, identities } = opened;
    if (level === 'quick') {
      await verifyQuick(storage, manifest);
      return;
    }
    const { signal, backupid: operation } = context;
    const { onProgress } = options;
    if (level === 'drill') {
      const targets = drillTargets(this.environment, opened, operation);
      const seconds = await drill(this.environment, opened, { targets, operation, load, signal, onProgress });
      await this.history.update(backup.id, { drilledAt: new Date(), drillSeconds: seconds });
      context.log.info(`It was restored aside, proven and dropped again in ${String(seconds)} s`);
      return;
    }
    const whole = {
      storage,
      storageConfiguration: settings.storage,
      manifest,
      identities,
      threads: settings.threads,
      load,
      signal,
      onProgress,
    };
    if (options.sample === undefined) {
      await verifyContent(whole);
    } else {
      const { all } = new SetObjects(manifest);
      const objects = sampleObjects(all, options.sample, new Date());
      await verifyContent({ ...whole, objects });
      context.log.info(`${String(objects.length)} of ${String(all.length)} objects were read`);
    }
  }

  private open(backup: BackupHistory, { identityFile, passphrase }: UnlockOptions): Promise<OpenedSet> {
    return this.backups.open(backup, { identityFile, passphrase });
  }

  /** Only a full verification has read all objects: others confirm nothing that they did not see. */
  private async recordSound(backup: BackupHistory, level: VerifyLevel, sample: number | undefined): Promise<void> {
    if (level === 'full' && sample === undefined) {
      await this.history.update(backup.id, { verified: true, verifiedAt: new Date() });
    }
  }
}

function assertSample(level: VerifyLevel, sample: number | undefined): void {
  if (sample !== undefined && (level !== 'full' || !(sample > 0 && sample <= 100))) {
    throw new BackupError(
      'invalid_option',
      'A sample is a share of a full verification, above 0 and at most 100 %: for example --level=full --sample=5%.',
    );
  }
}

function endingOf(error: BackupError): 'backup.verification_failed' | 'verify.cancelled' | 'verify.failed' {
  if (isVerdict(error)) {
    return BackupEvents.verificationFailed;
  }
  return error.code === 'cancelled' ? BackupEvents.verifyCancelled : BackupEvents.verifyFailed;
}

/** Whether the failure says something about the set, rather than about this attempt. */
function isVerdict(error: BackupError): boolean {
  return (
    error.code === 'damaged' ||
    error.code === 'proof_failed' ||
    error.code === 'format_unsupported' ||
    error.code === 'not_found'
  );
}
