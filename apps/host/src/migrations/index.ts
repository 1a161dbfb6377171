import { CreateUsers1767225600000 } from './1767225600000-create-users.js';
import { CreateRepositories1767225660000 } from './1767225660000-create-repositories.js';
import { CreateFonds1767225720000 } from './1767225720000-create-fonds.js';
import { CreateArchiveRecords1767225780000 } from './1767225780000-create-archive-records.js';
import { CreateRecordTranslations1767225840000 } from './1767225840000-create-record-translations.js';
import { CreateRecordRevisions1767225900000 } from './1767225900000-create-record-revisions.js';
import { CreateUploads1767225960000 } from './1767225960000-create-uploads.js';
import { CreateCourses1767226020000 } from './1767226020000-create-courses.js';
import { CreateCourseSections1767226080000 } from './1767226080000-create-course-sections.js';
import { CreateActivities1767226140000 } from './1767226140000-create-activities.js';
import { CreateActivityRecords1767226200000 } from './1767226200000-create-activity-records.js';
import { CreateEnrolments1767226260000 } from './1767226260000-create-enrolments.js';
import { CreateGrades1767226320000 } from './1767226320000-create-grades.js';
import { CreateDateRangeLabel1767226380000 } from './1767226380000-create-date-range-label.js';
import { CreateRecordOverview1767226440000 } from './1767226440000-create-record-overview.js';
import { CreateCourseOverview1767226500000 } from './1767226500000-create-course-overview.js';
import { CreateArchiveRecordsAudit1767226560000 } from './1767226560000-create-archive-records-audit.js';

/** One statement each: MySQL commits DDL by itself, so a migration of two could be left half done. */
export const hostMigrations = [
  CreateUsers1767225600000,
  CreateRepositories1767225660000,
  CreateFonds1767225720000,
  CreateArchiveRecords1767225780000,
  CreateRecordTranslations1767225840000,
  CreateRecordRevisions1767225900000,
  CreateUploads1767225960000,
  CreateCourses1767226020000,
  CreateCourseSections1767226080000,
  CreateActivities1767226140000,
  CreateActivityRecords1767226200000,
  CreateEnrolments1767226260000,
  CreateGrades1767226320000,
  CreateDateRangeLabel1767226380000,
  CreateRecordOverview1767226440000,
  CreateCourseOverview1767226500000,
  CreateArchiveRecordsAudit1767226560000,
];
