import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation, Unique } from 'typeorm';

import { Activity } from './activity.entity.js';
import { Enrolment } from './enrolment.entity.js';

@Entity('grades')
@Index('ix_grades_enrolment', ['courseId', 'userId'])
@Unique('uq_grades_activity_user', ['activity', 'userId'])
export class Grade {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: string;

  @ManyToOne(() => Activity, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'activity_id', foreignKeyConstraintName: 'fk_grades_activity' })
  activity!: Relation<Activity>;

  @Column({ name: 'course_id', type: 'int', unsigned: true })
  courseId!: number;

  @Column({ name: 'user_id', type: 'int', unsigned: true })
  userId!: number;

  @ManyToOne(() => Enrolment, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({
    name: 'course_id',
    referencedColumnName: 'courseId',
    foreignKeyConstraintName: 'fk_grades_enrolment',
  })
  @JoinColumn({ name: 'user_id', referencedColumnName: 'userId', foreignKeyConstraintName: 'fk_grades_enrolment' })
  enrolment!: Relation<Enrolment>;

  /** A decimal string, so that no digit is lost. */
  @Column({ type: 'decimal', precision: 10, scale: 5, nullable: true })
  score!: string | null;

  @Column({ type: 'float', default: 1 })
  weight!: number;

  @Column({ name: 'raw_score', type: 'double', nullable: true })
  rawScore!: number | null;

  @Column({ type: 'text', nullable: true })
  feedback!: string | null;

  @Column({ name: 'graded_at', type: 'datetime', precision: 6, nullable: true })
  gradedAt!: Date | null;
}
