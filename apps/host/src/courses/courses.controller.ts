import { Controller, Get } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';

import { CourseOverview } from './course-overview.entity.js';

@Controller('courses')
export class CoursesController {
  constructor(@InjectRepository(CourseOverview) private readonly courses: Repository<CourseOverview>) {}

  /** The visible courses, newest first. */
  @Get()
  list(): Promise<CourseOverview[]> {
    return this.courses.find({ order: { startsOn: 'DESC', id: 'ASC' } });
  }
}
