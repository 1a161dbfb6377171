import type { DemoPlan } from './demo-plan.js';
import type { DemoTable } from './demo-table.js';
import { LANGUAGES, prose, title } from './demo-text.js';
import { anyMoment, day, moment } from './demo-time.js';
import type { SeededRandom } from './seeded-random.js';

const KINDS = ['assignment', 'quiz', 'forum', 'page'] as const;
/** FLOAT values that lose bits wherever they are printed with too few digits, and the ends of its range. */
const FLOATS = [0.1, 1 / 3, 1e-38, 3.4e38, -3.4e38, 16_777_216, 0, 1.1754944e-38, 123_456.79, 1] as const;
/** The same for DOUBLE. */
const DOUBLES = [0.1, 1 / 3, 0.1 + 0.2, 1.797_693_134_862_315_7e308, 2.225_073_858_507_201_4e-308, 1e-38, 0] as const;

/**
 * Courses with sections, activities, enrolments and grades. Rows are dealt out in turn: section `i` belongs to course
 * `i % courses`, activity `i` to section `i % sections`, enrolment `i` to course `i % courses`.
 */
export function courseTables(plan: DemoPlan): readonly DemoTable[] {
  const courseOfActivity = (activity: number): number => (activity % plan.course_sections) % plan.courses;
  const enrolledUser = (course: number, seat: number): number => (course * 7 + seat) % plan.users;
  const seats = Math.floor(plan.enrolments / plan.courses);
  return [
    {
      name: 'courses',
      columns: ['id', 'teacher_id', 'code', 'name', 'summary', 'starts_on', 'ends_on', 'fee', 'visible'],
      count: plan.courses,
      row: (index, random) => [
        index + 1,
        random.chance(0.1) ? null : random.integer(1, plan.users),
        `C${index + 1}`,
        title(random, random.pick(LANGUAGES), index + 1),
        prose(random, random.pick(LANGUAGES)),
        day(random, 2015, 2025),
        random.chance(0.2) ? null : day(random, 2026, 2030),
        `${random.integer(0, 999)}.${random.pick(['00', '05', '50', '99'])}`,
        random.chance(0.9),
      ],
    },
    {
      name: 'course_sections',
      columns: ['id', 'course_id', 'position', 'title', 'summary'],
      count: plan.course_sections,
      row: (index, random) => [
        index + 1,
        (index % plan.courses) + 1,
        Math.floor(index / plan.courses) + 1,
        title(random, random.pick(LANGUAGES), index + 1),
        prose(random, random.pick(LANGUAGES)),
      ],
    },
    {
      name: 'activities',
      columns: ['id', 'section_id', 'kind', 'name', 'settings', 'due_at', 'maximum_grade'],
      count: plan.activities,
      row: (index, random) => [
        index + 1,
        (index % plan.course_sections) + 1,
        random.pick(KINDS),
        title(random, random.pick(LANGUAGES), index + 1),
        settings(random),
        random.chance(0.3) ? null : anyMoment(random),
        random.chance(0.1) ? random.pick(FLOATS) : 100,
      ],
    },
    {
      name: 'activity_records',
      columns: ['activity_id', 'record_id', 'note'],
      count: plan.activity_records,
      row: (index, random) => [
        (index % plan.activities) + 1,
        ((index * 31) % plan.archive_records) + 1,
        prose(random, random.pick(LANGUAGES), 2),
      ],
    },
    {
      name: 'enrolments',
      columns: ['course_id', 'user_id', 'role', 'enrolled_at', 'expires_on'],
      count: plan.enrolments,
      row: (index, random) => {
        const course = index % plan.courses;
        return [
          course + 1,
          enrolledUser(course, Math.floor(index / plan.courses)) + 1,
          random.chance(0.05) ? 'assistant' : 'student',
          moment(random, 6),
          random.chance(0.5) ? null : day(random, 2026, 9999),
        ];
      },
    },
    {
      name: 'grades',
      columns: [
        ...['id', 'activity_id', 'course_id', 'user_id', 'score', 'weight', 'raw_score', 'feedback'],
        'graded_at',
      ],
      count: plan.grades,
      row: (index, random) => {
        const activity = index % plan.activities;
        const course = courseOfActivity(activity);
        const seat = (Math.floor(index / plan.activities) + activity) % seats;
        return [
          index + 1,
          activity + 1,
          course + 1,
          enrolledUser(course, seat) + 1,
          random.chance(0.1) ? null : `${random.integer(0, 99)}.${String(random.integer(0, 99_999)).padStart(5, '0')}`,
          random.chance(0.5) ? random.pick(FLOATS) : Math.fround(random.fraction()),
          random.chance(0.1) ? null : random.chance(0.3) ? random.pick(DOUBLES) : random.fraction() * 100,
          prose(random, random.pick(LANGUAGES), 3),
          random.chance(0.1) ? null : anyMoment(random),
        ];
      },
    },
  ];
}

function settings(random: SeededRandom): string {
  return JSON.stringify({
    attempts: random.integer(1, 5),
    grading: { method: random.pick(['highest', 'average', 'last']), scale: [0, 0.5, 1], penalty: 1 / 3 },
    availability: { from: moment(random, 0), conditions: [{ type: 'group', id: random.integer(1, 99) }, null] },
    intro: prose(random, random.pick(LANGUAGES), 2),
  });
}
