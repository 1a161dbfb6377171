import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { commitManifest, openManifest, removeSet } from '../backup-set/backup-set.js';
import { manifestAmbiguous } from '../backup-set/backup-set.errors.js';
import { isEncrypted } from '../backup-set/object-format.js';
import { assertReceived, receiveSet, type ReceivedSet } from '../backup-set/receive-set.js';
import { SET_KEY } from '../backup-set/stored-set-key.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';
import { ImportSetsService } from './import-sets.js';
import { ServerLocks } from './server-locks.js';
import { SetLocks, type UnlockOptions } from './set-locks.js';

export interface UploadOptions extends UnlockOptions {
  /** The most bytes that the archive may have. */
  readonly maxBytes: number;
}

/** Takes in sets from elsewhere. */
@Injectable()
export class UploadSetService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly history: BackupHistoryRepository,
    private readonly imports: ImportSetsService,
    private readonly locks: SetLocks,
  ) {}

  /**
   * Streams the tar archive of a set into storage and lists it: when its manifest could be opened, every object is what
   * that says, and nothing else came. An encrypted one therefore needs its identity. Otherwise nothing of it stays.
   *
   * @returns the id of the new row of backup_history
   * @throws BackupError `damaged`, `invalid_name`, `too_large`, `busy`, `identity_missing` or `identity_wrong`
   */
  async upload(archive: AsyncIterable<Buffer>, { maxBytes, ...unlocking }: UploadOptions): Promise<number> {
    const { storage, address } = this.environment;
    await storage.check();
    const serverLocks = await ServerLocks.open(address, () => undefined);
    const claimed: string[] = [];
    try {
      const received = await receiveSet(storage, archive, {
        maxBytes,
        claim: async (name) => {
          await this.assertNew(name, serverLocks);
          claimed.push(name);
        },
      });
      await this.commit(received, unlocking);
      return await this.list(received.name, unlocking);
    } catch (error) {
      for (const name of claimed) {
        // what cannot be removed now is swept by a cleanup: without a manifest it is no set
        await removeSet(storage, name).catch(() => undefined);
      }
      throw error;
    } finally {
      await serverLocks.release();
    }
  }

  /** Nothing that is there is written over, and nobody else sends the same set meanwhile. */
  private async assertNew(name: string, locks: ServerLocks): Promise<void> {
    if (!(await locks.take(`nestjs-backup:upload:${createHash('sha1').update(name).digest('hex')}`))) {
      throw new BackupError('busy', `${name} is being sent by somebody else: wait for that.`);
    }
    const known = await this.history.findByName(name);
    if (known !== null) {
      throw new BackupError('busy', `${name} is in the catalog already, as backup ${String(known.id)}.`);
    }
    const { storage } = this.environment;
    if ((await storage.listSets()).includes(name)) {
      throw new BackupError('busy', `${name} is in ${storage.location} already: take it up with backup:import.`);
    }
  }

  private async commit(received: ReceivedSet, unlocking: UnlockOptions): Promise<void> {
    const { name, manifest, objects } = received;
    const isLocked = isEncrypted(manifest.key);
    if (objects.has(SET_KEY) !== isLocked) {
      throw manifestAmbiguous(name);
    }
    const identity = isLocked ? await this.locks.unlock(name, null, unlocking) : null;
    const { bytes } = manifest;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const stored = await openManifest(name, { bytes, sha256 }, identity);
    assertReceived(received, stored.manifest);
    await commitManifest(this.environment.storage, { ...stored, bytes });
  }

  private async list(name: string, unlocking: UnlockOptions): Promise<number> {
    try {
      const { imported } = await this.imports.import({ ...unlocking, names: [name] });
      return imported[0];
    } catch (error) {
      // somebody who imported everything may have been faster
      const known = await this.history.findByName(name);
      if (known !== null) {
        return known.id;
      }
      throw error;
    }
  }
}
