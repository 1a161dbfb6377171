import type { SeededRandom } from '../../apps/host/src/demo/seeded-random.js';
import { INTEGERS } from './fidelity-numbers.js';
import { quoteText, type Query } from './fidelity-session.js';
import * as values from './random-values.js';

/** What a server has, so that all of it is tried. */
export interface RandomDialect {
  readonly flavour: 'mariadb' | 'mysql';
  /** Collation and character set. */
  readonly collations: readonly (readonly [collation: string, characterSet: string])[];
}

/** A column's type and what can be done with it. */
export interface RandomType {
  /** With character set and collation. */
  readonly sql: string;
  readonly family: 'number' | 'time' | 'text' | 'bytes' | 'members' | 'document' | 'shape' | 'address';
  readonly value: values.ValueMaker;
  /** Whether a key holds all of it, the start of it, or none. */
  readonly key: 'whole' | 'prefix' | 'none';
  /** Bytes in a key. */
  readonly keyBytes: number;
}

export async function readDialect(query: Query): Promise<RandomDialect> {
  const [{ version }] = await query('SELECT VERSION() AS version');
  const rows = await query('SELECT * FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY');
  const pairs = rows.map(
    (row) => [String(row.FULL_COLLATION_NAME ?? row.COLLATION_NAME), String(row.CHARACTER_SET_NAME)] as const,
  );
  return {
    flavour: /mariadb/i.test(String(version)) ? 'mariadb' : 'mysql',
    collations: pairs.filter(([, characterSet]) => characterSet !== 'binary').toSorted(([a], [b]) => (a < b ? -1 : 1)),
  };
}

/** A type of any kind that the server has. */
export function randomType(random: SeededRandom, dialect: RandomDialect): RandomType {
  const common = [
    integer,
    integer,
    decimal,
    floating,
    bit,
    temporal,
    temporal,
    text,
    text,
    text,
    bytes,
    members,
    document,
    shape,
  ];
  return random.pick(dialect.flavour === 'mariadb' ? [...common, address] : [...common, vector])(random, dialect);
}

export function integer(random: SeededRandom): RandomType {
  const [name, bits] = random.pick(INTEGERS);
  const isUnsigned = random.chance(0.4);
  const zerofill = isUnsigned && random.chance(0.2) ? ' zerofill' : '';
  return {
    sql: `${name}${isUnsigned ? ' unsigned' : ''}${zerofill}`,
    family: 'number',
    value: values.integerValue(bits, isUnsigned),
    key: 'whole',
    keyBytes: 8,
  };
}

function decimal(random: SeededRandom): RandomType {
  const precision = random.pick([1, 10, 38, 65]);
  const scale = random.pick([0, Math.min(precision, 2), Math.min(precision, 30)]);
  const isUnsigned = random.chance(0.2);
  return {
    sql: `decimal(${precision},${scale})${isUnsigned ? ' unsigned' : ''}`,
    family: 'number',
    value: values.decimalValue(precision, scale, isUnsigned),
    key: 'whole',
    keyBytes: 30,
  };
}

function floating(random: SeededRandom): RandomType {
  const digits = random.pick(['', '', '', '(10,3)', '(20,10)']);
  return {
    sql: `${random.pick(['float', 'double'])}${digits}`,
    family: 'number',
    value: values.floatValue,
    key: 'whole',
    keyBytes: 8,
  };
}

function bit(random: SeededRandom): RandomType {
  const size = random.pick([1, 7, 8, 9, 33, 63, 64]);
  return { sql: `bit(${size})`, family: 'number', value: values.bitValue(size), key: 'whole', keyBytes: 8 };
}

function temporal(random: SeededRandom): RandomType {
  const fraction = random.pick(['', '(1)', '(3)', '(6)']);
  const [sql, value] = random.pick([
    ['date', values.dateValue],
    [`time${fraction}`, values.timeValue],
    [`datetime${fraction}`, values.datetimeValue],
    [`timestamp${fraction} NULL`, values.instantValue],
    ['year', (own: SeededRandom) => String(own.pick([0, 1901, 1970, 2000, 2155]))],
  ] as const);
  return { sql, family: 'time', value, key: 'whole', keyBytes: 8 };
}

function text(random: SeededRandom, dialect: RandomDialect): RandomType {
  const [collation, characterSet] = random.pick(dialect.collations);
  const suffix = ` CHARACTER SET ${characterSet} COLLATE ${collation}`;
  const compressed = dialect.flavour === 'mariadb' && random.chance(0.05) ? ' COMPRESSED' : '';
  const length = random.pick([1, 10, 60]);
  const [type, size, key] = random.pick([
    [`char(${length})`, length, 'whole'],
    [`varchar(${length})`, length, 'whole'],
    [`varchar(${length})`, length, 'whole'],
    ['tinytext', 50, 'prefix'],
    ['text', 10_000, 'prefix'],
    ['mediumtext', 10_000, 'prefix'],
    ['longtext', 10_000, 'prefix'],
  ] as const);
  const isCompressed = compressed !== '' && !type.startsWith('char');
  return {
    sql: `${type}${isCompressed ? compressed : ''}${suffix}`,
    family: 'text',
    value: values.textValue(size),
    key: isCompressed ? 'none' : key,
    keyBytes: size * 4,
  };
}

function bytes(random: SeededRandom): RandomType {
  const length = random.pick([1, 16, 60]);
  const [type, size, key] = random.pick([
    [`binary(${length})`, length, 'whole'],
    [`varbinary(${length})`, length, 'whole'],
    ['tinyblob', 100, 'prefix'],
    ['blob', 1000, 'prefix'],
    ['longblob', 1000, 'prefix'],
  ] as const);
  return { sql: type, family: 'bytes', value: values.bytesValue(size), key, keyBytes: size };
}

const MEMBERS = [
  'a',
  'B',
  '',
  "it's",
  '"',
  '\\',
  ';',
  '2',
  '0',
  'é',
  'ż',
  'Ж',
  '日',
  'x(y)',
  '%s',
  '`',
  ' lead',
  '-- ',
  'null',
];

/** Members of character sets that have them. */
const FOUR_BYTE_MEMBERS = ['😀', "x😁'y"];

function members(random: SeededRandom, dialect: RandomDialect): RandomType {
  const [collation, characterSet] = random.pick(dialect.collations);
  const possible = /^utf8mb4|^utf16|^utf32/.test(characterSet) ? [...MEMBERS, ...FOUR_BYTE_MEMBERS] : MEMBERS;
  const chosen = possible.filter(() => random.chance(0.4));
  const names = chosen.length === 0 ? ['only'] : chosen;
  const [kind, most] = random.pick([
    ['enum', names.length],
    ['set', 2 ** names.length - 1],
  ] as const);
  return {
    sql: `${kind}(${names.map(quoteText).join(',')}) CHARACTER SET ${characterSet} COLLATE ${collation}`,
    family: 'members',
    value: (own) => String(own.integer(0, most)),
    key: 'whole',
    keyBytes: 8,
  };
}

function document(_: SeededRandom, { flavour }: RandomDialect): RandomType {
  const value = flavour === 'mariadb' ? values.jsonValue : values.binaryJsonValue;
  return { sql: 'json', family: 'document', value, key: 'none', keyBytes: 0 };
}

function shape(random: SeededRandom, dialect: RandomDialect): RandomType {
  const type = random.pick(values.SHAPE_TYPES);
  const srid = random.pick([null, null, 0, 3857, 4326]);
  const attribute = dialect.flavour === 'mariadb' ? ` REF_SYSTEM_ID=${srid}` : ` SRID ${srid}`;
  return {
    sql: `${type}${srid === null ? '' : attribute}`,
    family: 'shape',
    value: values.shapeValue(type, srid),
    key: 'none',
    keyBytes: 0,
  };
}

function address(random: SeededRandom): RandomType {
  const [sql, value] = random.pick([
    ['uuid', values.uuidValue],
    ['inet4', values.inet4Value],
    ['inet6', values.inet6Value],
  ] as const);
  return { sql, family: 'address', value, key: 'whole', keyBytes: 16 };
}

function vector(random: SeededRandom): RandomType {
  const dimensions = random.pick([1, 3, 100]);
  return {
    sql: `vector(${dimensions})`,
    family: 'bytes',
    value: values.vectorValue(dimensions),
    key: 'none',
    keyBytes: 0,
  };
}
