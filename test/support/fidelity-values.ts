import { insert } from './fidelity-session.js';

/** Tables with dates, JSON, addresses and shapes. */
export function valueTables(): string[] {
  return [...temporalTables("'0000-00-00 00:00:00.5'"), ...documents(), ...shapes()];
}

/**
 * Tables with every temporal type and its edge values.
 *
 * @param fraction a literal: a moment that is little more than a fraction of a second, as far back as the server takes it
 */
export function temporalTables(fraction: string): string[] {
  const digits = [0, 1, 2, 3, 4, 5, 6];
  const columns = digits.flatMap((size) => [`dt${size} datetime(${size})`, `ti${size} time(${size})`]);
  const values = (datetime: string, time: string): string[] => digits.flatMap(() => [datetime, time]);
  return [
    `CREATE TABLE temporals (id int PRIMARY KEY, d date, y year, ${columns.join(', ')},
      ts timestamp NULL, ts6 timestamp(6) NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6))`,
    insert('temporals', [
      ['1', "'0000-00-00'", '0', ...values("'0000-00-00'", "'-838:59:59'"), '0', '0'],
      [
        '2',
        "'9999-12-31'",
        '2155',
        ...values("'9999-12-31 23:59:59'", "'838:59:59'"),
        "'2038-01-19 03:14:07'",
        "'2038-01-19 03:14:07.999999'",
      ],
      [
        '3',
        "'2020-00-00'",
        '1901',
        ...values("'2020-02-31 10:11:12.987654'", "'-00:00:00.000001'"),
        "'1970-01-01 00:00:01'",
        "'1970-01-01 00:00:01.000001'",
      ],
      [
        '4',
        "'2020-02-30'",
        '1970',
        ...values("'1000-01-01'", "'-00:00:01.5'"),
        "'2024-03-31 02:30:00'",
        "'2024-10-27 01:30:00.5'",
      ],
      ['5', "'0001-01-01'", '2000', ...values(fraction, "'00:00:00'"), 'NULL', 'NULL'],
      ['6', 'NULL', 'NULL', ...values('NULL', 'NULL'), 'NULL', 'NULL'],
    ]),
    // An hour that happens twice: only the instant tells them apart.
    'CREATE TABLE twice (id int PRIMARY KEY, at timestamp NOT NULL)',
    "INSERT INTO twice VALUES (1, '2024-10-27 00:30:00'), (2, '2024-10-27 01:30:00')",
  ];
}

function documents(): string[] {
  return [
    'CREATE TABLE documents (id int PRIMARY KEY, j json, u uuid, i4 inet4, i6 inet6, strict longtext CHECK (json_valid(strict)))',
    String.raw`INSERT INTO documents VALUES
      (1, '{"b": 1, "a": [1, 2.50, 1e400, 123456789012345678901234567890, -0, null, true, {"x": {"y": []}}]}',
        '00112233-4455-6677-8899-aabbccddeeff', '255.255.255.255', '::1', '[]'),
      (2, '"zażółć 😀 \\u0041 \\" \\\\ \\n it''s"', UUID_v(), '0.0.0.0', '::ffff:1.2.3.4', '{"a":1,"a":2}'),
      (3, ' [ 1 , 2 ] ', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '10.0.0.1', 'fe80::1:2:3:4', 'null'),
      (4, NULL, NULL, NULL, NULL, NULL)`.replace('UUID_v()', "'00000000-0000-0000-0000-000000000000'"),
  ];
}

function shapes(): string[] {
  const shape = [
    "ST_GeomFromText('POINT(0.1 -1e308)', 4326)",
    "ST_GeomFromText('LINESTRING(0 0, 1.1 2.2, 1e-300 3)', 3857)",
    "ST_GeomFromText('POLYGON((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 4 2, 4 4, 2 4, 2 2))')",
    "ST_GeomFromText('MULTIPOINT(1 1, 2 2, 39.5 92.25)', 4326)",
    "ST_GeomFromText('MULTILINESTRING((0 0, 1 1), (2 2, 3 3, 4 4))')",
    "ST_GeomFromText('MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 7 5, 7 7, 5 5)))', 1)",
    "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1))', 2)",
  ];
  return [
    `CREATE TABLE shapes (id int PRIMARY KEY, p point, l linestring, g polygon, mp multipoint, ml multilinestring,
      mg multipolygon, c geometrycollection, any_shape geometry NOT NULL, SPATIAL KEY (any_shape))`,
    insert('shapes', [
      ['1', ...shape, shape[0]],
      ['2', ...shape.map(() => 'NULL'), "ST_GeomFromText('GEOMETRYCOLLECTION EMPTY')"],
      ['3', ...shape.map(() => 'NULL'), shape[5]],
    ]),
    // What no statement shows: the reference system of a column.
    `CREATE TABLE surveyed (id int PRIMARY KEY, \`it's;\n(\` point REF_SYSTEM_ID=4326 NOT NULL, g geometry REF_SYSTEM_ID=3857 DEFAULT NULL COMMENT 'REF_SYSTEM_ID=1',
      plain point, zero linestring REF_SYSTEM_ID=0, SPATIAL KEY (\`it's;\n(\`))`,
    "INSERT INTO surveyed VALUES (1, ST_GeomFromText('POINT(1 2)', 4326), NULL, POINT(1, 2), NULL)",
  ];
}
