import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Public keys that backups are encrypted to. Private keys are never stored. */
@Entity({ name: 'backup_encryption_key', engine: 'InnoDB' })
@Index('UQ_backup_encryption_key_label', ['label'], { unique: true })
export class BackupEncryptionKey {
  @PrimaryGeneratedColumn({ name: 'id', type: 'int' })
  id!: number;

  @Column({ name: 'label', type: 'varchar', length: 191 })
  label!: string;

  /** age public keys (`age1...`), one a line: each of their identities opens the backups. */
  @Column({ name: 'recipient', type: 'text' })
  recipient!: string;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  /** Since when new backups no longer use it. */
  @Column({ name: 'retired_at', type: 'datetime', precision: 3, nullable: true })
  retiredAt!: Date | null;
}
