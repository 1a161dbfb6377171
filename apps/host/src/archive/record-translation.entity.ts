import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';

import { ArchiveRecord } from './archive-record.entity.js';

@Entity('record_translations')
export class RecordTranslation {
  @PrimaryColumn({ name: 'record_id', type: 'int', unsigned: true })
  recordId!: number;

  /** A BCP 47 language tag. */
  @PrimaryColumn({ type: 'varchar', length: 12 })
  language!: string;

  @ManyToOne(() => ArchiveRecord, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'record_id', foreignKeyConstraintName: 'fk_record_translations_record' })
  record!: Relation<ArchiveRecord>;

  @Column({ type: 'varchar', length: 500 })
  title!: string;

  @Column({ type: 'longtext', nullable: true })
  scope!: string | null;

  @Column({ name: 'translated_at', type: 'datetime', precision: 6, nullable: true })
  translatedAt!: Date | null;
}
