import { ActivityRecord } from './activity-record.entity.js';
import { Activity } from './activity.entity.js';
import { CourseOverview } from './course-overview.entity.js';
import { CourseSection } from './course-section.entity.js';
import { Course } from './course.entity.js';
import { Enrolment } from './enrolment.entity.js';
import { Grade } from './grade.entity.js';

export const courseEntities = [Course, CourseSection, Activity, ActivityRecord, Enrolment, Grade, CourseOverview];
