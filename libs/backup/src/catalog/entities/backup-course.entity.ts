import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { CourseStatus } from '../catalog.types.js';
import { numeric } from '../transformers.js';

/** The state of each course's automated backup. Times are epoch seconds, 0 means never. */
@Entity({ name: 'backup_courses', engine: 'InnoDB' })
@Index('UQ_backup_courses_courseid', ['courseid'], { unique: true })
@Index('IDX_backup_courses_status', ['laststatus'])
@Index('IDX_backup_courses_next', ['nextstarttime'])
export class BackupCourse {
  @PrimaryGeneratedColumn({ name: 'id', type: 'bigint' })
  id!: number;

  @Column({ name: 'courseid', type: 'bigint', transformer: numeric })
  courseid!: number;

  @Column({ name: 'laststarttime', type: 'bigint', default: 0, transformer: numeric })
  laststarttime!: number;

  @Column({ name: 'lastendtime', type: 'bigint', default: 0, transformer: numeric })
  lastendtime!: number;

  @Column({ name: 'laststatus', type: 'varchar', length: 1, default: CourseStatus.NOT_YET_RUN })
  laststatus!: CourseStatus;

  @Column({ name: 'nextstarttime', type: 'bigint', default: 0, transformer: numeric })
  nextstarttime!: number;
}
