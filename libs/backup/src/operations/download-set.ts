import { Injectable } from '@nestjs/common';
import { archiveOf, listObjects, objectBytes, type SendableBytes } from '../backup-set/set-archive.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';
import { FoundBackups } from './found-backups.js';

/** Gives backups away as they are stored: what is encrypted stays so. */
@Injectable()
export class DownloadSetService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly backups: FoundBackups,
  ) {}

  /**
   * A backup as a tar archive, or one object of it.
   *
   * @param path of the object in the set
   * @throws BackupError `not_found`, or `damaged` when the manifest is not the one that the catalog knows
   */
  async open(id: number, path?: string): Promise<SendableBytes> {
    const backup = await this.backups.completed(id);
    await this.backups.manifestBytes(backup, false);
    const { storage } = this.environment;
    const objects = await listObjects(storage, backup.backupName);
    if (path === undefined) {
      return archiveOf(storage, backup.backupName, objects, backup.createdAt);
    }
    // only what the set holds is looked for in storage
    const object = objects.find(({ key }) => key === `${backup.backupName}/${path}`);
    if (object === undefined) {
      throw new BackupError('not_found', `There is no ${JSON.stringify(path)} in backup ${String(id)}.`);
    }
    return objectBytes(storage, object);
  }
}
