import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { RestoreStatus, RestoreType } from '../catalog.types.js';
import type { TableList } from '../catalog.types.js';
import { freeText } from '../transformers.js';
import { BackupHistory } from './backup-history.entity.js';

/** One row a restore. A backup that was ever restored keeps its row in the history. */
@Entity({ name: 'backup_restore_log', engine: 'InnoDB' })
@Index('IDX_backup_restore_log_backup', ['backupId'])
@Index('IDX_backup_restore_log_backupid', ['backupid'])
export class BackupRestoreLog {
  @PrimaryGeneratedColumn({ name: 'id', type: 'int' })
  id!: number;

  /** The backup that was restored. */
  @ForeignKey(() => BackupHistory, { name: 'FK_backup_restore_log_backup', onDelete: 'RESTRICT' })
  @Column({ name: 'backup_id', type: 'int' })
  backupId!: number;

  @Column({ name: 'restore_type', type: 'enum', enum: Object.values(RestoreType) })
  restoreType!: RestoreType;

  @Column({ name: 'status', type: 'enum', enum: Object.values(RestoreStatus), default: RestoreStatus.PENDING })
  status!: RestoreStatus;

  @Column({ name: 'started_at', type: 'datetime', precision: 3, nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'completed_at', type: 'datetime', precision: 3, nullable: true })
  completedAt!: Date | null;

  @Column({ name: 'tables_restored', type: 'json', nullable: true })
  tablesRestored!: TableList | null;

  /** Names of the file roots. */
  @Column({ name: 'files_restored', type: 'json', nullable: true })
  filesRestored!: readonly string[] | null;

  /** The host's user id. */
  @Column({ name: 'initiated_by', type: 'int', nullable: true })
  initiatedBy!: number | null;

  @Column({ name: 'notes', type: 'text', nullable: true, transformer: freeText })
  notes!: string | null;

  @Column({ name: 'error_message', type: 'text', nullable: true, transformer: freeText })
  errorMessage!: string | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  /** The operation that did it (not `backupId`, which is the backup). */
  @Column({ name: 'backupid', type: 'varchar', length: 32, nullable: true })
  backupid!: string | null;

  /** Where it was restored to, when that is not where it came from. */
  @Column({ name: 'target', type: 'varchar', length: 512, nullable: true })
  target!: string | null;
}
