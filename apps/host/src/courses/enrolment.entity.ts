import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';

import { User } from '../users/user.entity.js';
import { Course } from './course.entity.js';

@Entity('enrolments')
export class Enrolment {
  @PrimaryColumn({ name: 'course_id', type: 'int', unsigned: true })
  courseId!: number;

  @PrimaryColumn({ name: 'user_id', type: 'int', unsigned: true })
  userId!: number;

  @ManyToOne(() => Course, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'course_id', foreignKeyConstraintName: 'fk_enrolments_course' })
  course!: Relation<Course>;

  @Index('ix_enrolments_user')
  @ManyToOne(() => User, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_enrolments_user' })
  user!: Relation<User>;

  @Column({ type: 'enum', enum: ['student', 'assistant'] })
  role!: 'student' | 'assistant';

  @Column({ name: 'enrolled_at', type: 'datetime', precision: 6 })
  enrolledAt!: Date;

  @Column({ name: 'expires_on', type: 'date', nullable: true })
  expiresOn!: string | null;
}
