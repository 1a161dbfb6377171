import { Injectable } from '@nestjs/common';
import { archiveOf, listObjects, objectBytes, type SendableBytes } from '../backup-set/set-archive.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';
import { FoundBackups } from './found-backups.js';
import { whileReading } from './set-use.js';

/** Gives backups away as they are stored: what is encrypted stays so. */
@Injectable()
export class DownloadSetService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly backups: FoundBackups,
  ) {}

  /**
   * A backup, which is not deleted while it is read, as a tar archive, or one object of it.
   *
   * @param path of the object in the set
   * @throws BackupError `not_found`, or `damaged` when the manifest is not the one that the catalog knows
   */
  async open(id: number, path?: string): Promise<SendableBytes> {
    const backup = await this.backups.completed(id);
    await this.backups.manifestBytes(backup, false);
    const { storage, address } = this.environment;
    const objects = await listObjects(storage, backup.backupName);
    const unremoved = (bytes: SendableBytes): SendableBytes => ({
      ...bytes,
      read: (start, end) => whileReading(address, backup.backupName, bytes.read(start, end)),
    });
    if (path === undefined) {
      return unremoved(archiveOf(storage, backup.backupName, objects, backup.createdAt));
    }
    // only what the set holds is looked for in storage
    const object = objects.find(({ key }) => key === `${backup.backupName}/${path}`);
    if (object === undefined) {
      throw new BackupError('not_found', `There is no ${JSON.stringify(path)} in backup ${String(id)}.`);
    }
    return unremoved(objectBytes(storage, object));
  }
}
