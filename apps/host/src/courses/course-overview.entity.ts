import { ViewColumn, ViewEntity } from 'typeorm';

/** The view `course_overview`, one line a visible course; made by a migration. */
@ViewEntity({ name: 'course_overview', synchronize: false })
export class CourseOverview {
  @ViewColumn()
  id!: number;

  @ViewColumn()
  code!: string;

  @ViewColumn()
  name!: string;

  @ViewColumn({ name: 'starts_on' })
  startsOn!: string;

  @ViewColumn({ name: 'ends_on' })
  endsOn!: string | null;

  @ViewColumn({ transformer: { from: Number, to: Number } })
  sections!: number;

  @ViewColumn({ transformer: { from: Number, to: Number } })
  enrolments!: number;

  @ViewColumn({ name: 'average_score' })
  averageScore!: string | null;
}
