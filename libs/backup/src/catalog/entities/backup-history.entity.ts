import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { BackupStatus, BackupType } from '../catalog.types.js';
import type { TableList } from '../catalog.types.js';
import { freeText, numeric } from '../transformers.js';
import { BackupSchedule } from './backup-schedule.entity.js';

/**
 * One row a backup. The indexes that lists use end in `created_at`, the order that lists are in, so that any filter finds
 * the newest rows without sorting; the one for totals holds all that is added up.
 */
@Entity({ name: 'backup_history', engine: 'InnoDB' })
@Index('UQ_backup_history_name', ['backupName'], { unique: true })
@Index('IDX_backup_history_created', ['createdAt'])
@Index('IDX_backup_history_type', ['backupType', 'createdAt'])
@Index('IDX_backup_history_status', ['status', 'createdAt'])
@Index('IDX_backup_history_status_type', ['status', 'backupType', 'createdAt'])
@Index('IDX_backup_history_totals', ['status', 'backupType', 'fileSize'])
@Index('IDX_backup_history_verified', ['verified', 'createdAt'])
@Index('IDX_backup_history_schedule', ['scheduleId', 'createdAt'])
@Index('IDX_backup_history_outcome', ['scheduleId', 'backupType', 'status', 'createdAt'])
@Index('IDX_backup_history_checked', ['status', 'verified', 'verifiedAt'])
@Index('IDX_backup_history_drilled', ['drilledAt'])
@Index('IDX_backup_history_parent', ['parentId'])
@Index('IDX_backup_history_expires', ['status', 'expiresAt'])
@Index('IDX_backup_history_key', ['encryptionKeyId', 'status'])
@Index('IDX_backup_history_backupid', ['backupid'])
export class BackupHistory {
  @PrimaryGeneratedColumn({ name: 'id', type: 'int' })
  id!: number;

  @Column({ name: 'backup_type', type: 'enum', enum: Object.values(BackupType) })
  backupType!: BackupType;

  /** Name of the backup set. */
  @Column({ name: 'backup_name', type: 'varchar', length: 191 })
  backupName!: string;

  /** The set's key in storage. */
  @Column({ name: 'file_path', type: 'varchar', length: 1024 })
  filePath!: string;

  /** Bytes that the set added to storage. */
  @Column({ name: 'file_size', type: 'bigint', default: 0, transformer: numeric })
  fileSize!: number;

  /** SHA-256 of the manifest as stored, in hex; the manifest holds the SHA-256 of everything else. */
  @Column({ name: 'checksum', type: 'varchar', length: 64, nullable: true })
  checksum!: string | null;

  @Column({ name: 'status', type: 'enum', enum: Object.values(BackupStatus), default: BackupStatus.PENDING })
  status!: BackupStatus;

  @Column({ name: 'started_at', type: 'datetime', precision: 3, nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'completed_at', type: 'datetime', precision: 3, nullable: true })
  completedAt!: Date | null;

  @Column({ name: 'duration_seconds', type: 'int', nullable: true })
  durationSeconds!: number | null;

  @Column({ name: 'tables_included', type: 'json', nullable: true })
  tablesIncluded!: TableList | null;

  /** What the backup does not hold of its databases, a line each: `shop.logs: no rows`. Null: it is whole. */
  @Column({ name: 'partial', type: 'json', nullable: true })
  partial!: readonly string[] | null;

  /** Names of the file roots. */
  @Column({ name: 'files_included', type: 'json', nullable: true })
  filesIncluded!: readonly string[] | null;

  @Column({ name: 'compression', type: 'varchar', length: 20, nullable: true })
  compression!: string | null;

  @Column({ name: 'encryption', type: 'boolean', default: false })
  encryption!: boolean;

  @Column({ name: 'encryption_key_id', type: 'int', nullable: true })
  encryptionKeyId!: number | null;

  /** Whether the last verification found the set sound. */
  @Column({ name: 'verified', type: 'boolean', default: false })
  verified!: boolean;

  @Column({ name: 'verified_at', type: 'datetime', precision: 3, nullable: true })
  verifiedAt!: Date | null;

  /** When it was last restored as a drill, with success. */
  @Column({ name: 'drilled_at', type: 'datetime', precision: 3, nullable: true })
  drilledAt!: Date | null;

  /** How long that restore took: the recovery time to expect. */
  @Column({ name: 'drill_seconds', type: 'int', nullable: true })
  drillSeconds!: number | null;

  @Column({ name: 'retention_days', type: 'int', nullable: true })
  retentionDays!: number | null;

  /** The last day the backup is kept (UTC), as `YYYY-MM-DD`. */
  @Column({ name: 'expires_at', type: 'date', nullable: true })
  expiresAt!: string | null;

  /** The host's user id. */
  @Column({ name: 'initiated_by', type: 'int', nullable: true })
  initiatedBy!: number | null;

  @Column({ name: 'notes', type: 'text', nullable: true, transformer: freeText })
  notes!: string | null;

  @Column({ name: 'error_message', type: 'text', nullable: true, transformer: freeText })
  errorMessage!: string | null;

  /** When the backup was made: of an imported set, when the set was. */
  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  /** The backup that an incremental one builds on. */
  @ForeignKey(() => BackupHistory, { name: 'FK_backup_history_parent', onDelete: 'SET NULL' })
  @Column({ name: 'parent_id', type: 'int', nullable: true })
  parentId!: number | null;

  @ForeignKey(() => BackupSchedule, { name: 'FK_backup_history_schedule', onDelete: 'SET NULL' })
  @Column({ name: 'schedule_id', type: 'int', nullable: true })
  scheduleId!: number | null;

  /** The operation that made it. */
  @Column({ name: 'backupid', type: 'varchar', length: 32, nullable: true })
  backupid!: string | null;

  /** Driver and location of the storage, without secrets. */
  @Column({ name: 'storage', type: 'varchar', length: 512, nullable: true })
  storage!: string | null;

  /** Bytes of the sources before compression and reuse. */
  @Column({ name: 'logical_size', type: 'bigint', nullable: true, transformer: numeric })
  logicalSize!: number | null;

  /** How long commits were held back for the snapshot. */
  @Column({ name: 'lock_milliseconds', type: 'double', nullable: true })
  lockMilliseconds!: number | null;

  /** Pinned backups are never deleted by retention. */
  @Column({ name: 'pinned', type: 'boolean', default: false })
  pinned!: boolean;

  @Column({ name: 'pinned_reason', type: 'varchar', length: 255, nullable: true })
  pinnedReason!: string | null;
}
