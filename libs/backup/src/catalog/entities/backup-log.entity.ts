import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { LogLevel } from '../catalog.types.js';
import { numeric } from '../transformers.js';

/** One row a line that an operation logged. */
@Entity({ name: 'backup_logs', engine: 'InnoDB' })
@Index('IDX_backup_logs_backupid', ['backupid', 'id'])
export class BackupLog {
  @PrimaryColumn({ name: 'id', type: 'bigint', generated: 'increment', transformer: numeric })
  id!: number;

  /** The operation that logged it. */
  @Column({ name: 'backupid', type: 'varchar', length: 32 })
  backupid!: string;

  @Column({ name: 'loglevel', type: 'smallint' })
  loglevel!: LogLevel;

  @Column({ name: 'message', type: 'longtext' })
  message!: string;

  /** Epoch seconds. */
  @Column({ name: 'created_at', type: 'bigint', transformer: numeric })
  createdAt!: number;
}
