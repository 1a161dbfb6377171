import { Injectable } from '@nestjs/common';
import { readManifest, type StoredManifest } from '../backup-set/backup-set.js';
import { BackupStatus } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';

/** Finds backups by id, and their manifests. */
@Injectable()
export class FoundBackups {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly history: BackupHistoryRepository,
  ) {}

  /** @throws BackupError `not_found` */
  async byId(id: number): Promise<BackupHistory> {
    const backup = await this.history.findById(id);
    if (backup === null) {
      throw new BackupError('not_found', `There is no backup ${String(id)}: see backup:list.`);
    }
    return backup;
  }

  /** A backup whose set should be in storage. @throws BackupError `not_found` when it failed, runs, or was deleted */
  async completed(id: number): Promise<BackupHistory> {
    const backup = await this.byId(id);
    if (backup.status !== BackupStatus.COMPLETED) {
      const reason = {
        [BackupStatus.DELETED]: 'was deleted',
        [BackupStatus.FAILED]: 'failed',
        [BackupStatus.PENDING]: 'has not started yet',
        [BackupStatus.RUNNING]: 'is still running',
      }[backup.status];
      throw new BackupError('not_found', `Backup ${String(id)} ${reason}: choose a completed one from backup:list.`);
    }
    return backup;
  }

  /** The manifest, authenticated against the catalog unless the storage is to be trusted. */
  manifest(backup: BackupHistory, trustStorage: boolean): Promise<StoredManifest> {
    return readManifest(this.environment.storage, backup.backupName, trustStorage ? null : (backup.checksum ?? ''));
  }
}
