import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';

import { ArchiveRecord } from './archive-record.entity.js';

/** What a record said before it was changed. Written by the trigger `archive_records_audit` only. */
@Entity('record_revisions')
@Index('ix_record_revisions_record', ['record', 'changedAt'])
export class RecordRevision {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: string;

  @ManyToOne(() => ArchiveRecord, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'record_id', foreignKeyConstraintName: 'fk_record_revisions_record' })
  record!: Relation<ArchiveRecord>;

  @Column({ name: 'old_title', type: 'varchar', length: 500 })
  oldTitle!: string;

  @Column({ name: 'old_valuation', type: 'decimal', precision: 18, scale: 4, nullable: true })
  oldValuation!: string | null;

  @Column({ name: 'changed_by', type: 'varchar', length: 320 })
  changedBy!: string;

  @Column({ name: 'changed_at', type: 'datetime', precision: 6 })
  changedAt!: Date;
}
