import { Injectable } from '@nestjs/common';
import { archiveOf, listObjects, objectBytes, type SendableBytes } from '../backup-set/set-archive.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';
import { FoundBackups } from './found-backups.js';
import { whileReading } from './set-use.js';

/** What of a backup is given away. */
export interface DownloadOptions {
  /** One object of its set, such as `README.txt`. Default: all of them, as a tar archive. */
  readonly path?: string;
  /** In one archive with all that an incremental backup builds on, oldest first. Default: false. */
  readonly chain?: boolean;
}

/** Bytes of a backup. */
export interface DownloadedBackup extends SendableBytes {
  /** Names of the sets that it builds on, which are not among the bytes, oldest first. */
  readonly requires: readonly string[];
}

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
   * @throws BackupError `not_found`, or `damaged` when the manifest is not the one that the catalog knows
   */
  async open(id: number, { path, chain = false }: DownloadOptions = {}): Promise<DownloadedBackup> {
    const backup = await this.backups.completed(id);
    const links = (await this.backups.chainOf(backup)).reverse();
    const sent = chain ? links : [backup];
    const bytes = path === undefined ? await this.archive(backup, sent) : await this.object(backup, path);
    const sets = sent.map(({ backupName }) => backupName);
    return {
      ...bytes,
      requires: links.map(({ backupName }) => backupName).filter((name) => !sets.includes(name)),
      read: (start, end) => whileReading(this.environment.address, sets, bytes.read(start, end)),
    };
  }

  private async archive(backup: BackupHistory, sent: readonly BackupHistory[]): Promise<SendableBytes> {
    const { storage } = this.environment;
    const objects = [];
    for (const { id } of sent) {
      const link = await this.backups.completed(id);
      await this.backups.manifestBytes(link, false);
      objects.push(...(await listObjects(storage, link.backupName)));
    }
    const name = sent.length > 1 ? `${backup.backupName}-chain` : backup.backupName;
    return archiveOf(storage, name, objects, backup.createdAt);
  }

  private async object(backup: BackupHistory, path: string): Promise<SendableBytes> {
    const { storage } = this.environment;
    await this.backups.manifestBytes(backup, false);
    const objects = await listObjects(storage, backup.backupName);
    // only what the set holds is looked for in storage
    const object = objects.find(({ key }) => key === `${backup.backupName}/${path}`);
    if (object === undefined) {
      throw new BackupError('not_found', `There is no ${JSON.stringify(path)} in backup ${String(backup.id)}.`);
    }
    return objectBytes(storage, object);
  }
}
