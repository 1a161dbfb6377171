import { Injectable } from '@nestjs/common';
import { sweepSetKey } from '../backup-set/stored-set-key.js';
import { BackupStatus } from '../catalog/catalog.types.js';
import type { BackupEncryptionKey } from '../catalog/entities/backup-encryption-key.entity.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';
import { rotationIncomplete, rotationRunning, sameKey } from './encryption.errors.js';
import { EncryptionKeyService, recipientsOf } from './encryption-keys.js';
import { ServerLocks } from './server-locks.js';
import { SetLocks, type UnlockOptions } from './set-locks.js';
import { takePlaces } from './set-use.js';

export interface RotateKeyOptions extends UnlockOptions {
  /** Id or label of the key whose backups are to change hands. */
  readonly from: number | string;
  /** Id or label of the key they are to be encrypted to. */
  readonly to: number | string;
  /** Stops after the backup at hand; the rest follows when it is called again. */
  readonly signal?: AbortSignal;
}

export interface RotationResult {
  /** Ids of the backups that are encrypted to the new key now. */
  readonly rotated: readonly number[];
}

const LOCK = 'nestjs-backup:rotate-key';

/**
 * Encrypts the keys of backups to another key. Their objects stay as they are. A backup has the old `key.age` or the
 * new one at any moment, and the catalog follows: what an interrupted run left is done by the next.
 */
@Injectable()
export class RotateKeyService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly history: BackupHistoryRepository,
    private readonly keys: EncryptionKeyService,
    private readonly locks: SetLocks,
  ) {}

  /** @throws BackupError `identity_missing`, `identity_wrong`, or `damaged` for backups that had to be left */
  async rotate(options: RotateKeyOptions): Promise<RotationResult> {
    const from = await this.keys.find(options.from);
    const to = await this.keys.findActive((await this.keys.find(options.to)).id);
    if (from.id === to.id) {
      throw sameKey(from);
    }
    await this.environment.storage.check();
    const serverLocks = await ServerLocks.open(this.environment.address, () => undefined);
    try {
      if (!(await serverLocks.take(LOCK))) {
        throw rotationRunning();
      }
      return await this.rotateAll(from, to, options, serverLocks);
    } finally {
      await serverLocks.release();
    }
  }

  private async rotateAll(
    from: BackupEncryptionKey,
    to: BackupEncryptionKey,
    options: RotateKeyOptions,
    serverLocks: ServerLocks,
  ): Promise<RotationResult> {
    const rotated: number[] = [];
    const left: string[] = [];
    const backups = await this.history.findByKey(from.id);
    for (const { id, backupName } of backups) {
      options.signal?.throwIfAborted();
      try {
        // what is deleted meanwhile must not get a key.age again
        await takePlaces(serverLocks, [backupName]);
        const backup = await this.history.findById(id);
        if (backup?.status === BackupStatus.COMPLETED) {
          await this.rotateSet(backup, to, options);
          rotated.push(id);
        }
      } catch (error) {
        if (!(error instanceof BackupError) || error.code !== 'damaged') {
          throw error;
        }
        left.push(`Backup ${String(id)}: ${error.message}`);
      }
    }
    if (left.length > 0) {
      throw rotationIncomplete(rotated.length, left);
    }
    return { rotated };
  }

  private async rotateSet(
    { id, backupName, encryptionKeyId }: BackupHistory,
    to: BackupEncryptionKey,
    options: UnlockOptions,
  ): Promise<void> {
    try {
      const identity = await this.locks.unlock(backupName, encryptionKeyId, options);
      await this.locks.relock(backupName, identity, { recipients: recipientsOf(to) });
    } catch (error) {
      // an interrupted run got as far as this, and the identity of the new key need not be here
      const isDone =
        error instanceof BackupError &&
        error.code === 'identity_wrong' &&
        (await this.locks.keyIdOf(backupName)) === to.id;
      if (!isDone) {
        throw error;
      }
    }
    // what an interrupted run wrote beside it would be opened by the key of that run, also when that is rotated away in its turn
    await sweepSetKey(this.environment.storage, backupName, new Date());
    await this.history.update(id, { encryptionKeyId: to.id });
  }
}
