import { demoTables } from './demo-data.js';
import { MINIMUM_ROWS } from './demo-plan.js';
import { type DemoTable, type DemoValue, rowsOf } from './demo-table.js';

const KEYS = {
  users: [['id'], ['email']],
  repositories: [['id'], ['code']],
  fonds: [['id'], ['code']],
  archive_records: [['id'], ['reference_code']],
  record_translations: [['record_id', 'language']],
  uploads: [['id']],
  courses: [['id'], ['code']],
  course_sections: [['id'], ['course_id', 'position']],
  activities: [['id']],
  activity_records: [['activity_id', 'record_id']],
  enrolments: [['course_id', 'user_id']],
  grades: [['id'], ['activity_id', 'user_id']],
};

const REFERENCES = [
  ['fonds', ['repository_id'], 'repositories', ['id']],
  ['archive_records', ['fonds_id'], 'fonds', ['id']],
  ['archive_records', ['parent_id'], 'archive_records', ['id']],
  ['archive_records', ['created_by'], 'users', ['id']],
  ['record_translations', ['record_id'], 'archive_records', ['id']],
  ['record_revisions', ['record_id'], 'archive_records', ['id']],
  ['uploads', ['record_id'], 'archive_records', ['id']],
  ['uploads', ['uploaded_by'], 'users', ['id']],
  ['courses', ['teacher_id'], 'users', ['id']],
  ['course_sections', ['course_id'], 'courses', ['id']],
  ['activities', ['section_id'], 'course_sections', ['id']],
  ['activity_records', ['activity_id'], 'activities', ['id']],
  ['activity_records', ['record_id'], 'archive_records', ['id']],
  ['enrolments', ['course_id'], 'courses', ['id']],
  ['enrolments', ['user_id'], 'users', ['id']],
  ['grades', ['activity_id'], 'activities', ['id']],
  ['grades', ['course_id', 'user_id'], 'enrolments', ['course_id', 'user_id']],
] as const;

describe.each([MINIMUM_ROWS, 1999, 7001])('demo data of %i rows', (total) => {
  const tables = demoTables(total);

  it('has that many rows, and some in every table', () => {
    const counts = tables.map((table) => [...rowsOf(table)].length);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(total);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it('is the same every time', () => {
    for (const table of tables) expect([...rowsOf(table)]).toEqual([...rowsOf(table)]);
  });

  it('gives every row a value for every column', () => {
    for (const table of tables) {
      expect([...rowsOf(table)].filter((row) => row.length !== table.columns.length)).toEqual([]);
    }
  });

  it.each(Object.entries(KEYS))('repeats no key of %s', (name, keys) => {
    const table = find(tables, name);
    for (const key of keys) expect(new Set(project(table, key)).size).toBe(table.count);
  });

  it.each(REFERENCES)('%s.%s refers to %s', (child, columns, parent, key) => {
    const known = new Set(project(find(tables, parent), key));
    const dangling = project(find(tables, child), columns).filter((value) => value !== null && !known.has(value));
    expect(dangling).toEqual([]);
  });

  it('names a parent before its children', () => {
    const records = find(tables, 'archive_records');
    const [ids, parents] = [project(records, ['id']), project(records, ['parent_id'])];
    expect(ids.filter((id, index) => Number(parents[index] ?? 0) >= Number(id))).toEqual([]);
  });
});

describe('demo data', () => {
  it('holds valid JSON with numbers larger than JavaScript keeps', () => {
    const texts = [...rowsOf(find(demoTables(MINIMUM_ROWS), 'archive_records'))].map((row) => row[8]);
    for (const text of texts) if (typeof text === 'string') expect(() => void JSON.parse(text)).not.toThrow();
    expect(texts.join()).toContain('18446744073709551615');
  });

  it('holds every byte value, and empty and missing blobs', () => {
    const thumbnails = [...rowsOf(find(demoTables(20_000), 'uploads'))].map((row) => row[8]);
    expect(thumbnails).toContain(null);
    expect(thumbnails).toContainEqual(Buffer.alloc(0));
    expect(thumbnails.some((blob) => blob instanceof Buffer && new Set(blob).size === 256)).toBe(true);
  });

  it.each([0, MINIMUM_ROWS - 1, 1500.5, Number.NaN])('cannot have %d rows', (total) => {
    expect(() => demoTables(total)).toThrow(RangeError);
  });
});

function find(tables: readonly DemoTable[], name: string): DemoTable {
  const table = tables.find((candidate) => candidate.name === name);
  if (table === undefined) throw new Error(`No table ${name}`);
  return table;
}

/** The columns of each row as one comparable text, or null where one of them is NULL. */
function project(table: DemoTable, columns: readonly string[]): (string | null)[] {
  const places = columns.map((column) => table.columns.indexOf(column));
  return [...rowsOf(table)].map((row) => {
    const values: DemoValue[] = places.map((place) => row[place]);
    return values.includes(null) ? null : values.join(' ');
  });
}
