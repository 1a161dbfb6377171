import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';

import { ArchiveRecord } from '../archive/archive-record.entity.js';
import { User } from '../users/user.entity.js';

/** A file below UPLOADS_PATH: a digitised record, or something a teacher added. */
@Entity('uploads')
export class Upload {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id!: number;

  @Index('ix_uploads_record')
  @ManyToOne(() => ArchiveRecord, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'record_id', foreignKeyConstraintName: 'fk_uploads_record' })
  record!: Relation<ArchiveRecord> | null;

  @Index('ix_uploads_uploaded_by')
  @ManyToOne(() => User, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'uploaded_by', foreignKeyConstraintName: 'fk_uploads_uploaded_by' })
  uploadedBy!: Relation<User> | null;

  /** Relative to UPLOADS_PATH, with slashes. */
  @Column({ type: 'varchar', length: 1024 })
  path!: string;

  @Column({ name: 'media_type', type: 'varchar', length: 127 })
  mediaType!: string;

  /** A decimal string: BIGINT does not fit a number. */
  @Column({ name: 'byte_size', type: 'bigint', unsigned: true })
  byteSize!: string;

  @Index('ix_uploads_sha256')
  @Column({ type: 'binary', length: 32 })
  sha256!: Buffer;

  @Column({ name: 'perceptual_hash', type: 'varbinary', length: 16, nullable: true })
  perceptualHash!: Buffer | null;

  @Column({ type: 'mediumblob', nullable: true, select: false })
  thumbnail!: Buffer | null;

  @Column({ name: 'captured_at', type: 'datetime', precision: 3, nullable: true })
  capturedAt!: Date | null;

  @Column({ name: 'uploaded_at', type: 'datetime', precision: 6 })
  uploadedAt!: Date;
}
