import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';

import { ArchiveRecord } from '../archive/archive-record.entity.js';
import { Activity } from './activity.entity.js';

/** An archive record that an activity works with. */
@Entity('activity_records')
export class ActivityRecord {
  @PrimaryColumn({ name: 'activity_id', type: 'int', unsigned: true })
  activityId!: number;

  @PrimaryColumn({ name: 'record_id', type: 'int', unsigned: true })
  recordId!: number;

  @ManyToOne(() => Activity, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'activity_id', foreignKeyConstraintName: 'fk_activity_records_activity' })
  activity!: Relation<Activity>;

  @Index('ix_activity_records_record')
  @ManyToOne(() => ArchiveRecord, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'record_id', foreignKeyConstraintName: 'fk_activity_records_record' })
  record!: Relation<ArchiveRecord>;

  @Column({ type: 'varchar', length: 500, nullable: true })
  note!: string | null;
}
