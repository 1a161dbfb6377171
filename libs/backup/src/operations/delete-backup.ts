import { Injectable } from '@nestjs/common';
import { assertSetName, removeSet, setExists } from '../backup-set/backup-set.js';
import { BackupStatus, OperationKind } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import { BackupEvents } from '../events/backup-events.js';
import { BackupEnvironment } from './backup-environment.js';
import { FoundBackups } from './found-backups.js';
import type { CleanupPlan } from './operation-plans.js';
import type { OperationCaller } from './operation-request.js';
import { OperationRunner } from './operation-runner.js';
import { setBeingRead } from './set-use.errors.js';
import { isUnread, whenUnread } from './set-use.js';

/** Removes backups from storage; their rows stay, marked as deleted. */
@Injectable()
export class DeleteBackupService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly runner: OperationRunner,
    private readonly backups: FoundBackups,
    private readonly history: BackupHistoryRepository,
    private readonly events: BackupEventEmitter,
  ) {}

  /** Looks whether a backup may be deleted, and gives it. @throws BackupError as {@link delete} does */
  async check(id: number): Promise<BackupHistory> {
    const backup = await this.deletable(id);
    const { storage, address } = this.environment;
    await storage.check();
    if (!(await isUnread(address, backup.backupName))) {
      throw setBeingRead(`Backup ${String(id)}`);
    }
    return backup;
  }

  /**
   * Deletes one backup, as an operation of its own: when it is cut off, the next command finishes it.
   *
   * @throws BackupError `busy` for one that runs, is pinned, built upon or being read, `not_found` for one that is not there
   */
  async delete(id: number, caller: OperationCaller = {}): Promise<BackupHistory> {
    await this.check(id);
    return this.runner.run(
      { kind: OperationKind.CLEANUP, caller, databases: [], address: this.environment.address },
      {
        plan: () => Promise.resolve<CleanupPlan>({ kind: 'cleanup', delete: [id] }),
        execute: () => this.remove(id),
        failed: () => this.assertNoneHalfDeleted([id]),
      },
    );
  }

  /** Deletes a backup within an operation whose plan names it. @throws BackupError as {@link delete} */
  async remove(id: number): Promise<BackupHistory> {
    const backup = await this.deletable(id);
    await this.removeFromStorage(backup);
    return Object.assign(backup, { status: BackupStatus.DELETED });
  }

  /** Finishes the deletions of an operation that was cut off, where they had begun. Gives the ids. */
  async finish(ids: readonly number[]): Promise<number[]> {
    // in storage that is not mounted everything would look half deleted
    await this.environment.storage.check();
    const halfDeleted = await this.halfDeleted(ids);
    for (const backup of halfDeleted) {
      await this.removeFromStorage(backup);
    }
    return halfDeleted.map(({ id }) => id);
  }

  /** @throws BackupError `storage_failed` when one has lost its manifest and still counts as a backup */
  async assertNoneHalfDeleted(ids: readonly number[]): Promise<void> {
    const backup = (await this.halfDeleted(ids)).at(0);
    if (backup !== undefined) {
      throw new BackupError(
        'storage_failed',
        `The deletion of backup ${String(backup.id)} was cut off: the next command finishes it.`,
      );
    }
  }

  private async halfDeleted(ids: readonly number[]): Promise<BackupHistory[]> {
    const found: BackupHistory[] = [];
    for (const id of ids) {
      const backup = await this.history.findById(id);
      if (
        backup?.status === BackupStatus.COMPLETED &&
        !(await setExists(this.environment.storage, backup.backupName))
      ) {
        found.push(backup);
      }
    }
    return found;
  }

  private async deletable(id: number): Promise<BackupHistory> {
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
    assertSetName(backup.backupName);
    const child = (await this.history.findChildren(id)).at(0);
    if (child !== undefined) {
      throw new BackupError(
        'busy',
        `Backup ${String(id)} is needed by backup ${String(child.id)}, which builds on it: delete that one first.`,
      );
    }
    return backup;
  }

  private async removeFromStorage({ id, backupName, backupType, backupid }: BackupHistory): Promise<void> {
    const { storage, address } = this.environment;
    if (!(await whenUnread(address, backupName, () => removeSet(storage, backupName)))) {
      throw setBeingRead(`Backup ${String(id)}`);
    }
    await this.history.update(id, { status: BackupStatus.DELETED });
    this.events.emit(BackupEvents.deleted, { id, backupName, backupType, backupid });
  }
}
