import { Injectable } from '@nestjs/common';
import { verifyQuick, verifySealed } from '../backup-set/verification.js';
import { OperationKind } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import type { EngineLoad } from '../engine/thread-messages.js';
import type { BackupError } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents } from '../events/backup-events.js';
import { BackupEnvironment } from './backup-environment.js';
import { FoundBackups } from './found-backups.js';
import { engineLoad, type LoadOptions } from './load-options.js';
import type { VerifyPlan } from './operation-plans.js';
import { OperationRunner, type OperationCaller, type OperationContext, type ScheduledRun } from './operation-runner.js';
import type { UnlockOptions } from './set-locks.js';
import { verifyContent } from './verify-content.js';

/**
 * - `quick`: manifest checksum, and every object present with its stored size; of an encrypted backup, which needs no
 *   identity for that, all objects together
 * - `full`: every object read, decrypted, decompressed and hashed, rows and statements counted
 */
export type VerifyLevel = 'quick' | 'full';

export interface VerifyBackupOptions extends LoadOptions, UnlockOptions, OperationCaller {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly fraction: number; readonly bytes: number }) => void;
}

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

  /** @throws BackupError `damaged` naming what is wrong; `verified` is then false */
  async verify(
    id: number,
    level: VerifyLevel,
    options: VerifyBackupOptions,
    scheduled: ScheduledRun | null = null,
  ): Promise<void> {
    const load = engineLoad(options);
    const backup = await this.backups.completed(id);
    const startedAt = Date.now();
    const event = { id, backupName: backup.backupName, backupType: backup.backupType, level };
    await this.runner.run(
      {
        kind: OperationKind.VERIFY,
        caller: options,
        signal: options.signal,
        databases: [],
        address: this.environment.address,
        scheduled,
      },
      {
        plan: () => Promise.resolve<VerifyPlan>({ kind: 'verify', historyId: id, set: backup.backupName, level }),
        execute: async (plan, context) => {
          const { backupid } = context;
          this.events.emit(BackupEvents.verifyStarted, { ...event, backupid });
          await this.check(backup, plan.level, context, load, {
            ...options,
            onProgress: (progress) => {
              context.progress(progress.fraction);
              options.onProgress?.(progress);
              const { fraction, bytes } = progress;
              this.events.emit(BackupEvents.verifyProgress, { ...event, backupid, fraction, bytes });
            },
          });
          await this.recordSound(backup, plan.level);
          const durationSeconds = Math.round((Date.now() - startedAt) / 1000);
          context.log.info(`Backup ${String(id)} passed ${level} verification`);
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

  private async check(
    backup: BackupHistory,
    level: VerifyLevel,
    context: OperationContext,
    load: EngineLoad,
    options: VerifyBackupOptions,
  ): Promise<void> {
    const { storage, options: settings } = this.environment;
    if (level === 'quick' && backup.encryption) {
      for (const link of await this.backups.chainOf(backup)) {
        await this.backups.manifestBytes(link, false);
        await verifySealed(storage, link.backupName, link.fileSize);
      }
      return;
    }
    const { manifest, identities } = await this.backups.open(backup, {
      identityFile: options.identityFile,
      passphrase: options.passphrase,
    });
    if (level === 'quick') {
      await verifyQuick(storage, manifest);
      return;
    }
    await verifyContent({
      storage,
      storageConfiguration: settings.storage,
      manifest,
      identities,
      threads: settings.threads,
      load,
      signal: context.signal,
      onProgress: options.onProgress ?? (() => undefined),
    });
  }

  /** Only a full verification has read the data: a quick one confirms nothing that it did not see. */
  private async recordSound(backup: BackupHistory, level: VerifyLevel): Promise<void> {
    if (level === 'full') {
      await this.history.update(backup.id, { verified: true, verifiedAt: new Date() });
    }
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
  return error.code === 'damaged' || error.code === 'format_unsupported' || error.code === 'not_found';
}
