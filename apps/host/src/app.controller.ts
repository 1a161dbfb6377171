import { Controller, Get } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { ArchiveRecord } from './archive/archive-record.entity.js';
import { Course } from './courses/course.entity.js';
import { Upload } from './uploads/upload.entity.js';
import { User } from './users/user.entity.js';

/** What the application holds, for people and for load balancers. */
export interface Welcome {
  readonly name: string;
  readonly records: number;
  readonly courses: number;
  readonly uploads: number;
  readonly users: number;
}

@Controller()
export class AppController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  async welcome(): Promise<Welcome> {
    const [records, courses, uploads, users] = await Promise.all(
      [ArchiveRecord, Course, Upload, User].map((entity) => this.dataSource.getRepository(entity).count()),
    );
    return { name: 'Cultural archive and courses', records, courses, uploads, users };
  }
}
