import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import type { Repository } from 'typeorm';
import type { CourseStatus } from '../catalog.types.js';
import { BackupCourse } from '../entities/backup-course.entity.js';
import { pageSize } from '../page.js';

export type CourseValues = Pick<BackupCourse, 'courseid'> & Partial<Omit<BackupCourse, 'id' | 'courseid'>>;

export interface CourseFilters {
  readonly laststatus?: CourseStatus;
  /** Id (not courseid) of the last row of the page before. */
  readonly after?: number;
  /** Rows a page, 50 unless given, 500 at most. */
  readonly limit?: number;
}

/** The state of each course's automated backup. */
@Injectable()
export class BackupCourseRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Makes the course's row, or changes what is given in the row it has. */
  async upsert(values: CourseValues): Promise<void> {
    await this.rows.upsert(values, ['courseid']);
  }

  findById(id: number): Promise<BackupCourse | null> {
    return this.rows.findOneBy({ id });
  }

  findByCourse(courseid: number): Promise<BackupCourse | null> {
    return this.rows.findOneBy({ courseid });
  }

  /** In the order they were added. */
  list(filters: CourseFilters = {}): Promise<BackupCourse[]> {
    const { laststatus, after, limit } = filters;
    return this.rows.find({
      where: { ...(laststatus !== undefined && { laststatus }), ...(after !== undefined && { id: MoreThan(after) }) },
      order: { id: 'ASC' },
      take: pageSize(limit),
    });
  }

  /** Forgets a course. @returns whether it was known */
  async remove(courseid: number): Promise<boolean> {
    const { affected } = await this.rows.delete({ courseid });
    return affected === 1;
  }

  private get rows(): Repository<BackupCourse> {
    return this.dataSource.getRepository(BackupCourse);
  }
}
