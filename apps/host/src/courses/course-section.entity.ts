import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation, Unique } from 'typeorm';

import { Course } from './course.entity.js';

@Entity('course_sections')
@Unique('uq_course_sections_position', ['course', 'position'])
export class CourseSection {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id!: number;

  @ManyToOne(() => Course, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'course_id', foreignKeyConstraintName: 'fk_course_sections_course' })
  course!: Relation<Course>;

  /** Counted from 1. */
  @Column({ type: 'smallint', unsigned: true })
  position!: number;

  @Column({ type: 'varchar', length: 300 })
  title!: string;

  @Column({ type: 'text', nullable: true })
  summary!: string | null;
}
