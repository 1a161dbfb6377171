import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A public key that backups are encrypted to. Private keys are never stored. */
@Entity({ name: 'backup_encryption_key', engine: 'InnoDB' })
export class BackupEncryptionKey {
  @PrimaryGeneratedColumn({ name: 'id', type: 'int' })
  id!: number;

  @Column({ name: 'label', type: 'varchar', length: 191 })
  label!: string;

  /** The age public key (`age1...`). */
  @Column({ name: 'recipient', type: 'text' })
  recipient!: string;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  /** Since when new backups no longer use it. */
  @Column({ name: 'retired_at', type: 'datetime', precision: 3, nullable: true })
  retiredAt!: Date | null;
}
