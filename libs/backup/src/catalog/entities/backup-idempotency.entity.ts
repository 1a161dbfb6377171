import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The answer to a request with an idempotency key, for whoever sends it again. */
@Entity({ name: 'backup_idempotency', engine: 'InnoDB' })
@Index('IDX_backup_idempotency_expires_at', ['expiresAt'])
export class BackupIdempotency {
  /** SHA-256 of the key and of who sent it: the key itself is kept nowhere. */
  @PrimaryColumn({ name: 'key_hash', type: 'char', length: 64 })
  keyHash!: string;

  /** HMAC-SHA-256 of the request by the key, so that a secret in the request cannot be guessed from it. */
  @Column({ name: 'fingerprint', type: 'char', length: 64 })
  fingerprint!: string;

  /** JSON. */
  @Column({ name: 'answer', type: 'mediumtext' })
  answer!: string;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  /** From then on the key is free. */
  @Column({ name: 'expires_at', type: 'datetime', precision: 3 })
  expiresAt!: Date;
}
