import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';

import { User } from '../users/user.entity.js';
import { Fonds } from './fonds.entity.js';

export type RecordLevel = 'series' | 'file' | 'item';

/** A described unit of a fonds; a series holds files, a file holds items. */
@Entity('archive_records')
export class ArchiveRecord {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id!: number;

  @Index('ix_archive_records_fonds')
  @ManyToOne(() => Fonds, { nullable: false })
  @JoinColumn({ name: 'fonds_id', foreignKeyConstraintName: 'fk_archive_records_fonds' })
  fonds!: Relation<Fonds>;

  @Index('ix_archive_records_parent')
  @ManyToOne(() => ArchiveRecord, { nullable: true })
  @JoinColumn({ name: 'parent_id', foreignKeyConstraintName: 'fk_archive_records_parent' })
  parent!: Relation<ArchiveRecord> | null;

  @Index('ix_archive_records_created_by')
  @ManyToOne(() => User, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'created_by', foreignKeyConstraintName: 'fk_archive_records_created_by' })
  createdBy!: Relation<User> | null;

  @Index('uq_archive_records_reference_code', { unique: true })
  @Column({ name: 'reference_code', type: 'varchar', length: 64 })
  referenceCode!: string;

  @Column({ type: 'enum', enum: ['series', 'file', 'item'] })
  level!: RecordLevel;

  @Column({ type: 'varchar', length: 500 })
  title!: string;

  @Column({ type: 'text', nullable: true })
  scope!: string | null;

  @Column({ type: 'json', nullable: true })
  metadata!: unknown;

  /** A decimal string, so that no digit is lost. */
  @Column({ type: 'decimal', precision: 18, scale: 4, nullable: true })
  valuation!: string | null;

  @Column({ name: 'date_from', type: 'date', nullable: true })
  dateFrom!: string | null;

  @Column({ name: 'date_to', type: 'date', nullable: true })
  dateTo!: string | null;

  /** The server generates it from `date_from`. */
  @Index('ix_archive_records_year_from')
  @Column({ name: 'year_from', type: 'smallint', nullable: true, insert: false, update: false })
  yearFrom!: number | null;

  @Column({ type: 'boolean', default: false })
  published!: boolean;

  @Column({ name: 'created_at', type: 'datetime', precision: 6 })
  createdAt!: Date;

  /** The server sets it. */
  @Column({
    name: 'updated_at',
    type: 'timestamp',
    precision: 6,
    default: () => 'CURRENT_TIMESTAMP(6)',
    onUpdate: 'CURRENT_TIMESTAMP(6)',
    insert: false,
    update: false,
  })
  updatedAt!: Date;
}
