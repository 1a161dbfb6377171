import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';

import { CourseSection } from './course-section.entity.js';

export type ActivityKind = 'assignment' | 'quiz' | 'forum' | 'page';

@Entity('activities')
export class Activity {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id!: number;

  @Index('ix_activities_section')
  @ManyToOne(() => CourseSection, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'section_id', foreignKeyConstraintName: 'fk_activities_section' })
  section!: Relation<CourseSection>;

  @Column({ type: 'enum', enum: ['assignment', 'quiz', 'forum', 'page'] })
  kind!: ActivityKind;

  @Column({ type: 'varchar', length: 300 })
  name!: string;

  @Column({ type: 'json' })
  settings!: unknown;

  @Column({ name: 'due_at', type: 'datetime', precision: 6, nullable: true })
  dueAt!: Date | null;

  @Column({ name: 'maximum_grade', type: 'float', default: 100 })
  maximumGrade!: number;
}
