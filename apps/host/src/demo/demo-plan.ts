/** Shares of ten thousand rows. Parents come before children: this is the order of filling, too. */
const SHARES = {
  users: 600,
  repositories: 10,
  fonds: 50,
  archive_records: 3000,
  record_translations: 2400,
  record_revisions: 400,
  uploads: 700,
  courses: 40,
  course_sections: 240,
  activities: 500,
  activity_records: 500,
  enrolments: 700,
  grades: 860,
} as const;

const SHARES_TOTAL = 10_000;

/** With fewer rows some table would be empty. */
export const MINIMUM_ROWS = 1000;

/** How many rows each table gets. */
export type DemoPlan = Readonly<Record<keyof typeof SHARES, number>>;

/**
 * Splits `total` rows over the tables; archive records take what rounding leaves.
 * @throws RangeError when there are too few for every table to have some.
 */
export function planRows(total: number): DemoPlan {
  if (!Number.isSafeInteger(total) || total < MINIMUM_ROWS) {
    throw new RangeError(`The number of rows is a whole number from ${MINIMUM_ROWS}`);
  }
  const part = (share: number): number => Math.floor((total * share) / SHARES_TOTAL);
  const plan = {
    users: part(SHARES.users),
    repositories: part(SHARES.repositories),
    fonds: part(SHARES.fonds),
    archive_records: part(SHARES.archive_records),
    record_translations: part(SHARES.record_translations),
    record_revisions: part(SHARES.record_revisions),
    uploads: part(SHARES.uploads),
    courses: part(SHARES.courses),
    course_sections: part(SHARES.course_sections),
    activities: part(SHARES.activities),
    activity_records: part(SHARES.activity_records),
    enrolments: part(SHARES.enrolments),
    grades: part(SHARES.grades),
  };
  const planned = Object.values(plan).reduce((sum, count) => sum + count, 0);
  return { ...plan, archive_records: plan.archive_records + total - planned };
}
