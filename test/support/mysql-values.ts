import { floatKeyTable, roundedTable } from './fidelity-numbers.js';
import { insert } from './fidelity-session.js';
import { memberTables } from './fidelity-strings.js';
import { temporalTables } from './fidelity-values.js';
import { tableNumbers } from './mysql-tables.js';

/** Values of MySQL's types: numbers, dates, JSON documents, shapes. They read the table `numbers`. */
export function mysqlValues(): string[] {
  return [
    ...numbers(),
    ...temporalTables("'0001-01-01 00:00:00.5'"),
    ...documents(),
    ...shapes(),
    ...memberTables(tableNumbers),
  ];
}

function numbers(): string[] {
  return [
    'CREATE TABLE doubles (id int PRIMARY KEY, value double)',
    insert(
      'doubles',
      [
        ...['0e0', '-0e0', '0.1e0', '1e0/3', '-2e0/3', '0.30000000000000004e0', '9007199254740993e0', '1e22', '1e23'],
        ...['123456789012345680000e0', '1e15', '1e16', '1e-5', '1e308', '1.7976931348623157e308', 'PI()', 'NULL'],
        ...['-1.7976931348623157e308', '2.2250738585072014e-308', '2.225073858507201e-308', '5e-324', '-5e-324'],
      ].map((value, index) => [String(index), value]),
    ),
    'INSERT INTO doubles SELECT 1000 + seq, (RAND(seq) - 0.5) * POW(10, seq % 600 - 300.0) FROM numbers WHERE seq BETWEEN 1 AND 1200',
    'CREATE TABLE floats (id int PRIMARY KEY, value float)',
    insert(
      'floats',
      [
        ...['0e0', '-0e0', '-1e-60', '0.1e0', '1e0/3', '-2e0/3', '16777215e0', '16777216e0', '123456.789e0', 'NULL'],
        ...['3.4028234663852886e38', '-3.4028234663852886e38', '1.1754943508222875e-38', '1e-45', '-1e-45', 'PI()'],
      ].map((value, index) => [String(index), value]),
    ),
    'INSERT INTO floats SELECT 1000 + seq, (RAND(seq) - 0.5) * POW(10, seq % 80 - 42.0) FROM numbers WHERE seq BETWEEN 1 AND 800',
    ...roundedTable('-0e0'),
    ...floatKeyTable(),
    'CREATE TABLE decimals (id int PRIMARY KEY, longest decimal(65,30), filled decimal(20,5) zerofill, money decimal(10,2) unsigned)',
    insert(
      'decimals',
      [
        ['1', `${'9'.repeat(35)}.${'9'.repeat(30)}`, '-0.0', '99999999.99'],
        ['2', `-0.${'0'.repeat(29)}1`, '999999999999999.99999', '0'],
      ].map((row) => row.map((value) => (value === '-0.0' ? '0' : value))),
    ),
    `CREATE TABLE integers (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, t tinyint, tu tinyint unsigned, s smallint(5) zerofill, m mediumint,
      i int, b bigint, bu bigint unsigned, flag bool)`,
    insert('integers', [
      ['1', '-128', '0', '0', '-8388608', '-2147483648', '-9223372036854775808', '0', 'true'],
      [
        '18446744073709551614',
        '127',
        '255',
        '65535',
        '8388607',
        '2147483647',
        '9223372036854775807',
        '18446744073709551615',
        'false',
      ],
      ['3', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
    ]),
    "CREATE TABLE bits (b1 bit(1), b7 bit(7) DEFAULT b'1010101', b9 bit(9), b32 bit(32), b63 bit(63), b64 bit(64))",
    insert('bits', [
      ["b'0'", "b'1011100'", "b'101010101'", '0x5c27000a', '0x5c270a003b0a275c', '0xffffffffffffffff'],
      ["b'1'", 'NULL', '0', '0', '0', '0'],
    ]),
  ];
}

/** JSON is a binary type: documents hold numbers, dates and bytes of kinds that their text does not show. */
function documents(): string[] {
  const scalars = [
    '9.90',
    'CAST(0.1 AS decimal(65,30))',
    '123456789012345678901234567890.12',
    "DATE'2020-01-01'",
    "TIMESTAMP'2020-01-01 10:00:00.5'",
    "TIME'-838:59:58.000001'",
    'CAST(1 AS unsigned)',
    '18446744073709551615',
    '-9223372036854775808',
    "x'00ff5c27'",
    "''",
    'NULL',
    'true',
    '0e0',
    '-0e0',
    '1e308',
    '5e-324',
    '1e16',
    '0.1e0',
    '-0.00',
    "'it''s \\\\ \"; \\n 😀'",
    "CAST('[]' AS json)",
    "CAST('{}' AS json)",
  ];
  return [
    'CREATE TABLE documents (id int PRIMARY KEY, j json, k json NOT NULL)',
    String.raw`INSERT INTO documents VALUES
      (1, '{"b": 1, "a": [1, 2.50, 1e300, 123456789012345678901234567890, -0, null, true, {"x": {"y": []}}]}', '[]'),
      (2, '"zażółć 😀 \\u0041 \\" \\\\ \\n it''s"', '{}'),
      (3, ' [ 1 , 2 ] ', 'null'),
      (4, NULL, '{"": {"": ""}, "a": {"\\"": 1, "\\\\": [[], [[]]], ";\\n": 2}}')`,
    `INSERT INTO documents VALUES ${scalars.map((scalar, index) => `(${index + 10}, JSON_EXTRACT(JSON_ARRAY(${scalar}), '$[0]'), JSON_ARRAY(JSON_OBJECT('a', ${scalar}, 'b', JSON_ARRAY(1.50, ${scalar}))))`).join(', ')}`,
    `INSERT INTO documents SELECT 1000 + seq, JSON_OBJECT('n', seq, 'half', seq / 2, 'f', RAND(seq), 'at', DATE'2020-01-01' + INTERVAL seq DAY, 'deep', JSON_ARRAY(JSON_OBJECT('x', CONCAT('ż', seq), 'of', CAST(seq AS unsigned)))), '[1]' FROM numbers WHERE seq BETWEEN 1 AND 300`,
    // Bytes that come from a column keep its type.
    'CREATE TABLE sources (a blob, b varbinary(9), c binary(3), d bit(12), e year, f timestamp(3) NULL, g longblob, h tinyblob, i mediumblob, j float)',
    "INSERT INTO sources VALUES ('a', 'b', 'c', 5, 2020, '2020-01-01 00:00:00.125', 'g', 'h', 'i', 0.1)",
    "INSERT INTO documents SELECT 2000, JSON_ARRAY(a, b, c, d, e, f, g, h, i, j), JSON_OBJECT('a', a, 'b', b) FROM sources",
    // Changed in place, which leaves a hole.
    "UPDATE documents SET j = JSON_SET(j, '$.deep[0].x', 'z') WHERE id > 1000 AND id < 2000",
    "UPDATE documents SET j = JSON_REMOVE(j, '$.f') WHERE id IN (1001, 1002)",
  ];
}

function shapes(): string[] {
  const of = (text: string, srid: number): string => `ST_GeomFromText('${text}', ${srid})`;
  const shape = [
    of('POINT(0.1 -90)', 4326),
    of('LINESTRING(0 0, 1.1 2.2, 1e-300 3)', 3857),
    of('POLYGON((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 4 2, 4 4, 2 4, 2 2))', 0),
    of('MULTIPOINT(1 1, 2 2, 39.5 92.25)', 4326),
    of('MULTILINESTRING((0 0, 1 1), (2 2, 3 3, 4 4))', 0),
    of('MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 7 5, 7 7, 5 5)))', 0),
    of('GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1))', 4326),
  ];
  return [
    `CREATE TABLE shapes (id int PRIMARY KEY, p point, l linestring, g polygon, mp multipoint, ml multilinestring,
      mg multipolygon, c geomcollection, any_shape geometry NOT NULL)`,
    insert('shapes', [
      ['1', ...shape, shape[0]],
      ['2', ...shape.map(() => 'NULL'), "ST_GeomFromText('GEOMETRYCOLLECTION EMPTY')"],
      ['3', ...shape.map(() => 'NULL'), shape[5]],
    ]),
    // Latitude comes first in 4326, and the column takes no other system.
    `CREATE TABLE places (id int PRIMARY KEY, at point NOT NULL SRID 4326, area polygon SRID 3857, flat geometry NOT NULL /*!80003 SRID 0 */, SPATIAL KEY (at), SPATIAL KEY flat_key (flat))`,
    insert('places', [
      ['1', of('POINT(52.25 21.0)', 4326), of('POLYGON((0 0, 10 0, 10 10, 0 0))', 3857), of('POINT(1 2)', 0)],
      ['2', of('POINT(-90 180)', 4326), 'NULL', of('LINESTRING(1 2, 3 4)', 0)],
    ]),
  ];
}
