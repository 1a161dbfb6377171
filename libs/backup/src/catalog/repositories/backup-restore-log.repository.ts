import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, MoreThan, Not } from 'typeorm';
import type { FindOptionsWhere, Repository } from 'typeorm';
import { RestoreStatus } from '../catalog.types.js';
import { systemClock } from '../clock.js';
import type { Clock } from '../clock.js';
import { BackupRestoreLog } from '../entities/backup-restore-log.entity.js';
import { insertedId } from '../inserted-id.js';

export type NewRestore = Pick<BackupRestoreLog, 'backupId' | 'restoreType'> & Partial<Omit<BackupRestoreLog, 'id'>>;
export type RestorePatch = Partial<Omit<BackupRestoreLog, 'id' | 'backupId'>>;

/** Restores, of which a few run at a time. */
const LATEST = 1000;

/** The restores that were made, or tried. */
@Injectable()
export class BackupRestoreLogRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns the id of the new row */
  async insert(values: NewRestore, now: Clock = systemClock): Promise<number> {
    return insertedId(await this.rows.insert({ createdAt: now(), ...values }));
  }

  /** @returns whether there is such a row */
  async update(id: number, patch: RestorePatch): Promise<boolean> {
    const { affected } = await this.rows.update({ id }, patch);
    return affected === 1;
  }

  /** Removes the row of a restore that has not begun. */
  async withdraw(id: number): Promise<void> {
    await this.rows.delete({ id, status: RestoreStatus.PENDING });
  }

  findById(id: number): Promise<BackupRestoreLog | null> {
    return this.rows.findOneBy({ id });
  }

  /** The restores of a backup, newest first. */
  findByBackup(backupId: number): Promise<BackupRestoreLog[]> {
    return this.rows.find({ where: { backupId }, order: { id: 'DESC' } });
  }

  /** Restores that are not over, as far as their rows say. */
  findUnfinished(): Promise<BackupRestoreLog[]> {
    return this.amongLatest({ status: In([RestoreStatus.PENDING, RestoreStatus.RUNNING]) });
  }

  findCompleted(): Promise<BackupRestoreLog[]> {
    return this.amongLatest({ status: RestoreStatus.COMPLETED });
  }

  findCompletedWithFiles(): Promise<BackupRestoreLog[]> {
    return this.amongLatest({ status: RestoreStatus.COMPLETED, filesRestored: Not(IsNull()) });
  }

  /** The restore that an operation made. */
  findByBackupid(backupid: string): Promise<BackupRestoreLog | null> {
    return this.rows.findOne({ where: { backupid }, order: { id: 'DESC' } });
  }

  /** Among the latest rows, oldest first, since there is no index for it. */
  private async amongLatest(where: FindOptionsWhere<BackupRestoreLog>): Promise<BackupRestoreLog[]> {
    const newest = (await this.rows.maximum('id')) ?? 0;
    return this.rows.find({ where: { ...where, id: MoreThan(newest - LATEST) }, order: { id: 'ASC' } });
  }

  private get rows(): Repository<BackupRestoreLog> {
    return this.dataSource.getRepository(BackupRestoreLog);
  }
}
