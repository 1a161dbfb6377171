import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { BackupType, MissedRun } from '../catalog.types.js';
import type { RemoteStorage, TableList } from '../catalog.types.js';

/** One row a recurring backup. */
@Entity({ name: 'backup_schedule', engine: 'InnoDB' })
@Index('IDX_backup_schedule_due', ['isActive', 'nextRunAt'])
export class BackupSchedule {
  @PrimaryGeneratedColumn({ name: 'id', type: 'int' })
  id!: number;

  @Column({ name: 'name', type: 'varchar', length: 191 })
  name!: string;

  @Column({ name: 'backup_type', type: 'enum', enum: Object.values(BackupType) })
  backupType!: BackupType;

  @Column({ name: 'cron_expression', type: 'varchar', length: 191 })
  cronExpression!: string;

  @Column({ name: 'retention_days', type: 'int', nullable: true })
  retentionDays!: number | null;

  @Column({ name: 'compression', type: 'varchar', length: 20, nullable: true })
  compression!: string | null;

  @Column({ name: 'encryption', type: 'boolean', default: false })
  encryption!: boolean;

  @Column({ name: 'include_files', type: 'boolean', default: true })
  includeFiles!: boolean;

  /** Only these tables; null means all. */
  @Column({ name: 'include_tables', type: 'json', nullable: true })
  includeTables!: TableList | null;

  @Column({ name: 'exclude_tables', type: 'json', nullable: true })
  excludeTables!: TableList | null;

  @Column({ name: 'storage_path', type: 'varchar', length: 1024, nullable: true })
  storagePath!: string | null;

  @Column({ name: 'remote_storage', type: 'json', nullable: true })
  remoteStorage!: RemoteStorage | null;

  @Column({ name: 'notification_email', type: 'varchar', length: 255, nullable: true })
  notificationEmail!: string | null;

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive!: boolean;

  @Column({ name: 'last_run_at', type: 'datetime', precision: 3, nullable: true })
  lastRunAt!: Date | null;

  @Column({ name: 'next_run_at', type: 'datetime', precision: 3, nullable: true })
  nextRunAt!: Date | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt!: Date;

  /** The time zone (IANA name) that the cron expression is in. */
  @Column({ name: 'time_zone', type: 'varchar', length: 64, default: 'UTC' })
  timeZone!: string;

  @Column({ name: 'missed_run', type: 'enum', enum: Object.values(MissedRun), default: MissedRun.RUN_ONCE })
  missedRun!: MissedRun;

  /** Of incremental schedules: a new chain starts after this many backups. */
  @Column({ name: 'full_every', type: 'int', nullable: true })
  fullEvery!: number | null;
}
