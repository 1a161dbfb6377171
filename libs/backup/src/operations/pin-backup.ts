import { Injectable } from '@nestjs/common';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupError } from '../errors/backup.error.js';
import { FoundBackups } from './found-backups.js';

/** As many characters as the column holds. */
const LONGEST_REASON = 255;

/** Pins backups, so that nothing deletes them. */
@Injectable()
export class PinBackupService {
  constructor(
    private readonly backups: FoundBackups,
    private readonly history: BackupHistoryRepository,
  ) {}

  /** Pins a completed backup; one that is pinned gets the new reason. @throws BackupError `not_found` */
  async pin(id: number, reason?: string): Promise<BackupHistory> {
    const text = reason?.replace(/\s+/g, ' ').trim() ?? '';
    if (text.length > LONGEST_REASON) {
      throw new BackupError(
        'invalid_option',
        `The reason has ${String(text.length)} characters: use ${String(LONGEST_REASON)} at most.`,
      );
    }
    await this.backups.completed(id);
    await this.history.update(id, { pinned: true, pinnedReason: text === '' ? null : text });
    return this.backups.byId(id);
  }

  /** Lets retention and deletion have it again; nothing happens when it was not pinned. @throws BackupError `not_found` */
  async unpin(id: number): Promise<BackupHistory> {
    await this.backups.byId(id);
    await this.history.update(id, { pinned: false, pinnedReason: null });
    return this.backups.byId(id);
  }
}
