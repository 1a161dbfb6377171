import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type {
  OperationExecution,
  OperationFormat,
  OperationKind,
  OperationPurpose,
  OperationScope,
  OperationStatus,
} from '../catalog.types.js';
import type { BackupErrorCode } from '../../errors/backup.error.js';
import { flag, numeric } from '../transformers.js';

/** One row an operation: one run of backup, restore, verify or cleanup. Times are epoch seconds. */
@Entity({ name: 'backup_controllers', engine: 'InnoDB' })
@Index('UQ_backup_controllers_backupid', ['backupid'], { unique: true })
@Index('IDX_backup_controllers_status', ['status'])
@Index('IDX_backup_controllers_operation', ['operation'])
@Index('IDX_backup_controllers_operation_status', ['operation', 'status'])
@Index('IDX_backup_controllers_type', ['type'])
@Index('IDX_backup_controllers_item', ['itemid'])
@Index('IDX_backup_controllers_user', ['userid'])
export class BackupOperation {
  @PrimaryColumn({ name: 'id', type: 'bigint', generated: 'increment', transformer: numeric })
  id!: number;

  /** 32 hex characters. */
  @Column({ name: 'backupid', type: 'varchar', length: 32 })
  backupid!: string;

  /** MD5 of `controller`, in hex. */
  @Column({ name: 'checksum', type: 'varchar', length: 32 })
  checksum!: string;

  /** The plan as JSON: what to do, with which settings. Read it through the repository, which checks it. */
  @Column({ name: 'controller', type: 'longtext' })
  controller!: string;

  @Column({ name: 'operation', type: 'varchar', length: 20 })
  operation!: OperationKind;

  @Column({ name: 'type', type: 'varchar', length: 10 })
  type!: OperationScope;

  /** Id of the course, section or activity; 0 for the site. */
  @Column({ name: 'itemid', type: 'bigint', default: 0, transformer: numeric })
  itemid!: number;

  @Column({ name: 'format', type: 'varchar', length: 20 })
  format!: OperationFormat;

  /** Whether it waits for someone to confirm its settings. */
  @Column({ name: 'interactive', type: 'smallint', default: 0, transformer: flag })
  interactive!: boolean;

  @Column({ name: 'purpose', type: 'smallint' })
  purpose!: OperationPurpose;

  /** The host's user id; null when nobody asked for it, as with schedules. */
  @Column({ name: 'userid', type: 'bigint', nullable: true, transformer: numeric })
  userid!: number | null;

  @Column({ name: 'status', type: 'smallint' })
  status!: OperationStatus;

  @Column({ name: 'execution', type: 'smallint' })
  execution!: OperationExecution;

  /** When a delayed operation is to run; 0 for immediate ones, and those that were confirmed for now. */
  @Column({ name: 'executiontime', type: 'bigint', default: 0, transformer: numeric })
  executiontime!: number;

  /** From 0 to 1. */
  @Column({ name: 'progress', type: 'decimal', precision: 15, scale: 14, default: 0, transformer: numeric })
  progress!: number;

  /** Plain bytes handled so far. */
  @Column({ name: 'bytes', type: 'bigint', default: 0, transformer: numeric })
  bytes!: number;

  /** While executing: plain bytes a second lately; 0 before anything can be said. */
  @Column({ name: 'bytes_per_second', type: 'bigint', default: 0, transformer: numeric })
  bytesPerSecond!: number;

  /** While executing: how long it goes on at the pace of lately; null before anything can be said. */
  @Column({ name: 'seconds_left', type: 'bigint', nullable: true, transformer: numeric })
  secondsLeft!: number | null;

  /** Why it ended as an error: `cancelled`, `interrupted` when its process died or stood still, or another code; null: it did not. */
  @Column({ name: 'error_code', type: 'varchar', length: 40, nullable: true })
  errorCode!: BackupErrorCode | null;

  @Column({ name: 'created_at', type: 'bigint', transformer: numeric })
  createdAt!: number;

  /** The last change; while executing, the heartbeat. */
  @Column({ name: 'updated_at', type: 'bigint', transformer: numeric })
  updatedAt!: number;
}
