import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { CourseOverview } from './course-overview.entity.js';
import { CoursesController } from './courses.controller.js';

@Module({ imports: [TypeOrmModule.forFeature([CourseOverview])], controllers: [CoursesController] })
export class CoursesModule {}
