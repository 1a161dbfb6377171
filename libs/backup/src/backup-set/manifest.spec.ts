import { buildDatabase, buildManifest, buildTable, SET_NAME } from '../../../../test/support/manifest-builder.js';
import { assertSetName, newSetName } from './backup-set.js';
import { manifestSchema } from './manifest.js';

/** A deep copy with another value at a path such as `objects.0.key`. */
function altered(path: string, value: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(buildManifest()));
  const names = path.split('.');
  const last = names.pop() ?? '';
  const owner = names.reduce((node, name) => (node as Record<string, unknown>)[name], copy) as Record<string, unknown>;
  if (value === undefined) {
    Reflect.deleteProperty(owner, last);
  } else {
    owner[last] = value;
  }
  return copy;
}

const TABLE = 'databases.0.tables.0';

describe('manifestSchema', () => {
  it('reads what it wrote', () => {
    const manifest = buildManifest();
    expect(manifestSchema.parse(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
  });

  it.each([
    'databases',
    'objects',
    'snapshot',
    'name',
    'warnings',
    'objects.0.sha256',
    'objects.0.plainSize',
    `${TABLE}.ranges`,
    `${TABLE}.key`,
  ])('refuses a manifest without %s', (path) => {
    expect(manifestSchema.safeParse(altered(path, undefined)).success).toBe(false);
  });

  it.each<[string, string, unknown]>([
    ['a property that no version has', 'secret', 1],
    ['a property of an object that no version has', 'objects.0.path', '/etc/passwd'],
    ['a later format version', 'formatVersion', 2],
    ['a type that there is not', 'type', 'tape'],
    ['a negative size', 'objects.0.size', -1],
    ['half a byte', 'objects.0.size', 1.5],
    ['a hash that is too short', 'objects.0.sha256', 'abc'],
    ['a hash in capitals', 'objects.0.plainSha256', 'A'.repeat(64)],
    ['a time that is none', 'startedAt', 'yesterday'],
    ['a nameless table', `${TABLE}.name`, ''],
    ['an unknown way to write values', `${TABLE}.columns.0.literal`, 'eval'],
    ['SQL for a character set', `${TABLE}.columns.0.introducer`, '_x; DROP TABLE t'],
    ['a parent that is no set', 'parent', '../other'],
  ])('refuses %s', (_, path, value) => {
    expect(manifestSchema.safeParse(altered(path, value)).success).toBe(false);
  });

  it.each<[string, string | null, string]>([
    ['another set, though it builds on none', null, '20261120T221005Z-full-000000'],
    ['itself as if that were another', '20261120T221005Z-full-000000', SET_NAME],
  ])('refuses a manifest that refers to %s', (_, parent, set) => {
    const [object] = buildManifest().objects;
    expect(manifestSchema.safeParse(buildManifest({ parent, objects: [{ ...object, set }] })).success).toBe(false);
  });

  const HOSTILE_KEYS = [
    '..',
    '.',
    '',
    '/etc/passwd',
    'a/../b',
    '../x',
    'a//b',
    'a/',
    'C:x',
    'a\\b',
    'a b',
    'a\0b',
    'a\n',
    'ä',
  ];

  it.each(['objects.0.key', `${TABLE}.ranges.0.object`, 'databases.0.folder'])('keeps %s inside of the set', (path) => {
    for (const key of HOSTILE_KEYS) {
      expect({ key, accepted: manifestSchema.safeParse(altered(path, key)).success }).toEqual({ key, accepted: false });
    }
    for (const key of ['a', 'a.b-c_d=e/f..g/.h']) {
      expect({ key, accepted: manifestSchema.safeParse(altered(path, key)).success }).toEqual({ key, accepted: true });
    }
  });

  describe('lets a range bound be', () => {
    const accepts = (literal: unknown): boolean =>
      manifestSchema.safeParse(altered(`${TABLE}.ranges.0.from`, { key: [literal], inclusive: true })).success;

    it.each([
      '0',
      '-1',
      '18446744073709551615',
      '9.99',
      '-0.5',
      '0xFF00',
      "''",
      "'a'",
      "'it\\'s'",
      "'\\\\'",
      "'żółć;\\n'",
      "_binary'\\0'",
      "'2026-01-01'",
    ])('the literal %s', (literal) => {
      expect(accepts(literal)).toBe(true);
    });

    it.each([
      '',
      '1 OR 1=1',
      "'a' OR 'a'='a'",
      "'a'; DROP TABLE t; -- '",
      "'a",
      "a'",
      "'\\'",
      "'a''b'",
      '"a"',
      '`id`',
      'SLEEP(9)',
      '0x',
      '0xG',
      "_latin1'a'",
      '1.',
      '+1',
      '1e5',
      '1\n',
      '(SELECT 1)',
      'NULL',
      1,
      null,
    ])('nothing else: %j', (literal) => {
      expect(accepts(literal)).toBe(false);
    });

    it('no empty key', () => {
      const bound = { key: [], inclusive: true };
      expect(manifestSchema.safeParse(altered(`${TABLE}.ranges.0.from`, bound)).success).toBe(false);
    });
  });

  it('takes names that hold anything', () => {
    for (const name of ['`', "it's", 'a\nb', '*/', '..', 'x'.repeat(64), '表']) {
      const database = buildDatabase(name, { tables: [buildTable(name)] });
      expect(manifestSchema.safeParse(buildManifest({ databases: [database] })).success).toBe(true);
    }
  });
});

describe('The name of a set', () => {
  it('tells time, type and six random digits, and no two are the same', () => {
    const now = new Date('2026-11-21T22:10:05.999Z');
    const names = Array.from({ length: 50 }, () => newSetName('database', now));
    for (const name of names) expect(name).toMatch(/^20261121T221005Z-database-[0-9a-f]{6}$/);
    expect(new Set(names).size).toBeGreaterThan(45);
    expect(() => {
      assertSetName(names[0]);
    }).not.toThrow();
  });

  it.each([
    '',
    '..',
    '../20261121T221005Z-database-3f9c2a',
    '20261121T221005Z-database-3f9c2a/..',
    'shop',
    '20261121T221005Z-database-3F9C2A',
    '20261121T221005Z-database-3f9c2a\n',
  ])('is not %j', (name) => {
    expect(() => {
      assertSetName(name);
    }).toThrow(`${JSON.stringify(name)} is not the name of a backup set`);
  });
});
