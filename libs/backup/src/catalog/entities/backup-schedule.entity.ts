import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { BackupType, MissedRun, ScheduledOperation } from '../catalog.types.js';
import type { RemoteStorage, TableList } from '../catalog.types.js';
import { freeText } from '../transformers.js';

/** One row a recurring backup, verification or cleanup. */
@Entity({ name: 'backup_schedule', engine: 'InnoDB' })
@Index('IDX_backup_schedule_due', ['isActive', 'nextRunAt'])
export class BackupSchedule {
  @PrimaryGeneratedColumn({ name: 'id', type: 'int' })
  id!: number;

  @Column({ name: 'name', type: 'varchar', length: 191 })
  name!: string;

  @Column({
    name: 'operation',
    type: 'enum',
    enum: Object.values(ScheduledOperation),
    default: ScheduledOperation.BACKUP,
  })
  operation!: ScheduledOperation;

  /** Of backups, what they hold; of verifications, what to verify, null meaning all types; null for a cleanup. */
  @Column({ name: 'backup_type', type: 'enum', enum: Object.values(BackupType), nullable: true })
  backupType!: BackupType | null;

  @Column({ name: 'cron_expression', type: 'varchar', length: 191 })
  cronExpression!: string;

  /** Null: what the module's options say. */
  @Column({ name: 'retention_days', type: 'int', nullable: true })
  retentionDays!: number | null;

  /** Null: the module's. */
  @Column({ name: 'compression', type: 'varchar', length: 20, nullable: true })
  compression!: string | null;

  /** Null: encrypted when the module's options say so. */
  @Column({ name: 'encryption', type: 'boolean', nullable: true })
  encryption!: boolean | null;

  /** Row of backup_encryption_key; null: the module's key, or the only one there is. */
  @Column({ name: 'encryption_key_id', type: 'int', nullable: true })
  encryptionKeyId!: number | null;

  @Column({ name: 'include_files', type: 'boolean', default: true })
  includeFiles!: boolean;

  /** False: full and incremental backups of files and configuration alone. */
  @Column({ name: 'include_databases', type: 'boolean', default: true })
  includeDatabases!: boolean;

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

  /** When the latest run was claimed. */
  @Column({ name: 'last_run_at', type: 'datetime', precision: 3, nullable: true })
  lastRunAt!: Date | null;

  /** The next run is due then; null: not worked out yet. */
  @Column({ name: 'next_run_at', type: 'datetime', precision: 3, nullable: true })
  nextRunAt!: Date | null;

  /** `cron_expression time_zone` that `next_run_at` was worked out from: when they were changed since, it is void. */
  @Column({ name: 'next_run_of', type: 'varchar', length: 256, nullable: true })
  nextRunOf!: string | null;

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

  /** The operation of the latest run: while it is not over, no other run starts. */
  @Column({ name: 'last_backupid', type: 'varchar', length: 32, nullable: true })
  lastBackupid!: string | null;

  /** Why the latest run failed, or why the schedule was switched off; null when all is well. */
  @Column({ name: 'last_error', type: 'text', nullable: true, transformer: freeText })
  lastError!: string | null;
}
