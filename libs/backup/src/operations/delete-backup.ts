import { Injectable } from '@nestjs/common';
import { removeSet } from '../backup-set/backup-set.js';
import { BackupStatus } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents } from '../events/backup-events.js';
import { BackupEnvironment } from './backup-environment.js';
import { FoundBackups } from './found-backups.js';

/** Removes backups from storage; their rows stay, marked as deleted. */
@Injectable()
export class DeleteBackupService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly backups: FoundBackups,
    private readonly history: BackupHistoryRepository,
    private readonly events: BackupEventEmitter,
  ) {}

  /** @throws BackupError `busy` for one that runs or is pinned, `not_found` for one that is not there */
  async delete(id: number): Promise<BackupHistory> {
    const backup = await this.backups.byId(id);
    if (backup.status === BackupStatus.DELETED) {
      throw new BackupError('not_found', `Backup ${String(id)} was deleted already.`);
    }
    if (backup.status === BackupStatus.RUNNING || backup.status === BackupStatus.PENDING) {
      throw new BackupError('busy', `Backup ${String(id)} is still running: cancel it or wait for it.`);
    }
    if (backup.pinned) {
      throw new BackupError(
        'busy',
        `Backup ${String(id)} is pinned (${backup.pinnedReason ?? 'no reason given'}): unpin it before deleting it.`,
      );
    }
    await this.environment.storage.check();
    await removeSet(this.environment.storage, backup.backupName);
    await this.history.update(id, { status: BackupStatus.DELETED });
    this.events.emit(BackupEvents.deleted, {
      id,
      backupName: backup.backupName,
      backupType: backup.backupType,
      backupid: backup.backupid,
    });
    return Object.assign(backup, { status: BackupStatus.DELETED });
  }
}
