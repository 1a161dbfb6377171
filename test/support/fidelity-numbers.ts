import { insert } from './fidelity-session.js';

/** Integer types and their bits. */
export const INTEGERS = [
  ['tinyint', 8n],
  ['smallint', 16n],
  ['mediumint', 24n],
  ['int', 32n],
  ['bigint', 64n],
] as const;

// Zeros, fractions with no finite binary form, neighbours of powers of two, the limits, and denormal numbers.
const DOUBLES = [
  '0e0',
  '0.1e0',
  '1e0/3',
  '-2e0/3',
  '0.30000000000000004e0',
  '9007199254740991e0',
  '9007199254740992e0',
  '123456789012345680000e0',
  '1e22',
  '1e23',
  '1e308',
  '1.7976931348623157e308',
  '-1.7976931348623157e308',
  '2.2250738585072014e-308',
  '2.225073858507201e-308',
  '5e-324',
  '-5e-324',
  'PI()',
  'NULL',
];
const FLOATS = [
  '0e0',
  '0.1e0',
  '1e0/3',
  '-2e0/3',
  '16777215e0',
  '16777216e0',
  '123456.789e0',
  '3.4028234663852886e38',
  '-3.4028234663852886e38',
  '1.1754943508222875e-38',
  '1e-45',
  '-1e-45',
  'PI()',
  'NULL',
];

/** Tables with every numeric type and its edge values. */
export function numberTables(): string[] {
  return [...integers(), ...decimals(), ...floatingPoint(), ...bits()];
}

function integers(): string[] {
  const columns = INTEGERS.flatMap(([type]) => [
    `\`${type}\` ${type}`,
    `\`${type}_unsigned\` ${type} unsigned`,
    `\`${type}_zerofill\` ${type}(5) unsigned zerofill`,
  ]);
  const row = (signed: (bits: bigint) => bigint, unsigned: (bits: bigint) => bigint): string[] =>
    INTEGERS.flatMap(([, bits]) => [signed(bits), unsigned(bits), unsigned(bits)].map(String));
  return [
    `CREATE TABLE integers (${columns.join(', ')}, flag bool, counted serial)`,
    insert('integers', [
      [
        ...row(
          (bits) => -(1n << (bits - 1n)),
          () => 0n,
        ),
        'true',
        '1',
      ],
      [
        ...row(
          (bits) => (1n << (bits - 1n)) - 1n,
          (bits) => (1n << bits) - 1n,
        ),
        'false',
        '2',
      ],
      [
        ...row(
          () => 0n,
          () => 42n,
        ),
        '-128',
        '18446744073709551614',
      ],
      [...INTEGERS.flatMap(() => ['NULL', 'NULL', 'NULL']), 'NULL', '3'],
    ]),
  ];
}

function decimals(): string[] {
  const [nines, fraction] = ['9'.repeat(35), '9'.repeat(30)];
  return [
    `CREATE TABLE decimals (id int PRIMARY KEY, longest decimal(65,30), whole decimal(65,0), fraction decimal(38,38),
      filled decimal(20,5) zerofill, plain numeric, money decimal(10,2) unsigned)`,
    insert('decimals', [
      ['1', `${nines}.${fraction}`, '9'.repeat(65), `0.${'9'.repeat(38)}`, '12.3', '9999999999', '99999999.99'],
      ['2', `-${nines}.${fraction}`, `-${'9'.repeat(65)}`, `-0.${'9'.repeat(38)}`, '0', '-9999999999', '0.01'],
      ['3', `-0.${'0'.repeat(29)}1`, '-1', `0.${'0'.repeat(37)}1`, '999999999999999.99999', '0', '0'],
      ['4', '0', '0', '-0.0', '0.00001', 'NULL', 'NULL'],
    ]),
  ];
}

function floatingPoint(): string[] {
  const numbered = (values: readonly string[]): string[][] => values.map((value, index) => [String(index), value]);
  return [
    'CREATE TABLE doubles (id int PRIMARY KEY, value double)',
    insert('doubles', numbered(DOUBLES)),
    'INSERT INTO doubles SELECT 1000 + seq, (RAND(seq) - 0.5) * POW(10, seq % 600 - 300.0) FROM seq_1_to_1200',
    'CREATE TABLE floats (id int PRIMARY KEY, value float)',
    insert('floats', numbered(FLOATS)),
    'INSERT INTO floats SELECT 1000 + seq, (RAND(seq) - 0.5) * POW(10, seq % 80 - 42.0) FROM seq_1_to_800',
    // The server writes no negative zero but this one: a number too small for FLOAT keeps its sign.
    'CREATE TABLE negative_zero (id int PRIMARY KEY, value float NOT NULL)',
    insert('negative_zero', numbered(['-1e-60', '0e0'])),
    ...roundedTable('0'),
    ...floatKeyTable(),
  ];
}

/** @param zero a literal: a negative one where the server keeps its sign */
export function roundedTable(zero: string): string[] {
  return [
    `CREATE TABLE rounded (a float(7,4), b double(10,3), c double(53,30), d float unsigned zerofill,
      e double(20,4) unsigned zerofill, f real, g float(24), h float(53))`,
    insert('rounded', [
      ['0.1', '0.1', '1e0/3', '1.5', '0.1', '1e0/3', '0.1', '0.1'],
      ['999.9999', '9999999.999', '-1e20/3', '3.4028234663852886e38', '1e15/3', '1e308', '-1e-45', '5e-324'],
      ['-1e0/3', '-2e0/3', '1e-30', '1e-45', '0.0001', '-1e-310', '1e0/3', '1e0/3'],
      ['123.4567', '-0.001', zero, '0', '0', zero, '16777217', '9007199254740993'],
    ]),
  ];
}

export function floatKeyTable(): string[] {
  return [
    'CREATE TABLE float_key (value float PRIMARY KEY, note varchar(10)) ENGINE=InnoDB',
    insert('float_key', [
      ['0.1', "'tenth'"],
      ['1e0/3', "'third'"],
      ['-1e-45', "'least'"],
    ]),
  ];
}

function bits(): string[] {
  const sizes = Array.from({ length: 64 }, (_, index) => BigInt(index + 1));
  const row = (value: (size: bigint) => bigint): string[] => sizes.map((size) => `b'${value(size).toString(2)}'`);
  return [
    `CREATE TABLE bits (${sizes.map((size) => `b${size} bit(${size})`).join(', ')}, later bit(7) DEFAULT b'1010101')`,
    insert('bits', [
      [...row(() => 0n), 'NULL'],
      [...row(() => 1n), 'DEFAULT'],
      [...row((size) => (1n << size) - 1n), "b'0'"],
      [...row((size) => 0x5c27_0a00_3b0a_275cn & ((1n << size) - 1n)), "b'0100111'"],
      [...sizes.map(() => 'NULL'), 'NULL'],
    ]),
  ];
}
