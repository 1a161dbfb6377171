import { SeededRandom } from '../../apps/host/src/demo/seeded-random.js';
import { quoteText } from './fidelity-session.js';
import { HARD_TEXT } from './fidelity-strings.js';

/** SQL expressions for values: the edges of what a column can hold, and what lies between. */
export type ValueMaker = (random: SeededRandom) => string;

export function integerValue(bits: bigint, isUnsigned: boolean): ValueMaker {
  const least = isUnsigned ? 0n : -(1n << (bits - 1n));
  const most = isUnsigned ? (1n << bits) - 1n : (1n << (bits - 1n)) - 1n;
  return (random) => {
    const edge = random.pick([least, least + 1n, 0n, 1n, most - 1n, most]);
    const between = least + ((BigInt(random.bits()) * 4_294_967_296n + BigInt(random.bits())) % (most - least + 1n));
    return String(random.pick([edge, between, BigInt(random.integer(0, 100))]));
  };
}

export function decimalValue(precision: number, scale: number, isUnsigned: boolean): ValueMaker {
  const digits = (random: SeededRandom, count: number): string =>
    Array.from({ length: count }, () => random.integer(0, 9)).join('');
  return (random) => {
    const sign = isUnsigned || random.chance(0.5) ? '' : '-';
    const whole = random.pick([
      '0',
      '9'.repeat(precision - scale),
      digits(random, random.integer(0, precision - scale)),
    ]);
    const fraction = random.pick([
      '0',
      '9'.repeat(scale),
      digits(random, scale),
      `${'0'.repeat(Math.max(0, scale - 1))}1`,
    ]);
    return `${sign}${whole || '0'}.${fraction || '0'}`;
  };
}

const FLOATING = [
  ...['0e0', '-1e-60', '0.1e0', '1e0/3', '-2e0/3', '1e22', '1e23', '5e-324', '-5e-324', '2.225073858507201e-308'],
  ...['1e308', '-1.7976931348623157e308', '9007199254740993e0', '16777217e0', '3.4028234663852886e38', '1e-45'],
  ...['1.1754943508222875e-38', '123456.789e0', '1e15', '1e-7'],
];

export function floatValue(random: SeededRandom): string {
  const exponent = random.integer(-320, 307);
  return random.chance(0.5) ? random.pick(FLOATING) : `${(random.fraction() - 0.5).toString()}e${exponent}`;
}

export function bitValue(size: number): ValueMaker {
  return (random) => {
    const all = Array.from({ length: size }, () => random.integer(0, 1)).join('');
    return `b'${random.pick([all, '0', '1', '1'.repeat(size), `1${'0'.repeat(size - 1)}`])}'`;
  };
}

const DATES = ['0000-00-00', '0001-01-01', '2020-02-30', '2020-00-00', '1000-01-01', '9999-12-31', '1969-12-31'];
const TIMES = ['-838:59:59', '838:59:59', '00:00:00', '-00:00:00.000001', '-00:00:01.5', '23:59:59.999999'];
/** Edges of TIMESTAMP, and hours that daylight saving leaves out or repeats. */
const INSTANTS = [
  ...['1970-01-01 00:00:01', '2038-01-19 03:14:07', '2024-03-31 01:30:00', '2024-10-27 00:30:00'],
  ...['2024-10-27 01:30:00.5', '0000-00-00 00:00:00', '1999-12-31 23:59:59.999999'],
];

export function dateValue(random: SeededRandom): string {
  return quoteText(random.chance(0.5) ? random.pick(DATES) : dayOf(random));
}

export function timeValue(random: SeededRandom): string {
  return quoteText(random.chance(0.5) ? random.pick(TIMES) : hourOf(random));
}

export function datetimeValue(random: SeededRandom): string {
  const date = random.chance(0.4) ? random.pick(DATES) : dayOf(random);
  return quoteText(`${date} ${hourOf(random)}`);
}

export function instantValue(random: SeededRandom): string {
  return quoteText(random.chance(0.5) ? random.pick(INSTANTS) : `${dayOf(random)} ${hourOf(random)}`);
}

function dayOf(random: SeededRandom): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${random.integer(1971, 2037)}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`;
}

function hourOf(random: SeededRandom): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const fraction = random.chance(0.5) ? `.${String(random.integer(0, 999_999)).padStart(6, '0')}` : '';
  return `${two(random.integer(0, 23))}:${two(random.integer(0, 59))}:${two(random.integer(0, 59))}${fraction}`;
}

/** Text, or bytes that the column's character set may cut short: whatever it keeps is what a backup has to keep. */
export function textValue(length: number): ValueMaker {
  return (random) => {
    if (random.chance(0.15)) {
      return bytesValue(length)(random);
    }
    return quoteText(Array.from(randomText(random)).slice(0, length).join(''));
  };
}

export function bytesValue(length: number): ValueMaker {
  return (random) => `x'${random.bytes(random.integer(0, Math.min(length, 40))).toString('hex')}'`;
}

/** What any length of text may be made of; now and then a long one. */
export function randomText(random: SeededRandom): string {
  const parts = Array.from({ length: random.integer(1, 3) }, () =>
    random.chance(0.5) ? random.pick(HARD_TEXT) : randomLetters(random),
  );
  return parts.join(random.pick(['', ' ', "'", '\\'])).repeat(random.chance(0.03) ? 200 : 1);
}

function randomLetters(random: SeededRandom): string {
  const ranges = [
    [0x20, 0x7e],
    [0x00, 0x1f],
    [0xa0, 0x24f],
    [0x370, 0x5ff],
    [0x900, 0xdff],
    [0x4e00, 0x9fff],
    [0xff00, 0xffef],
    [0x1f300, 0x1f6ff],
  ] as const;
  const [first, last] = random.pick(ranges);
  return Array.from({ length: random.integer(0, 12) }, () => String.fromCodePoint(random.integer(first, last))).join(
    '',
  );
}

export function jsonValue(random: SeededRandom): string {
  const scalar = (): string =>
    random.pick([
      'null',
      'true',
      '-0',
      '1e308',
      '0.1',
      '123456789012345678901234567890',
      '18446744073709551615',
      JSON.stringify(randomText(random)),
    ]);
  const array = `[${Array.from({ length: random.integer(0, 4) }, scalar).join(', ')}]`;
  const object = `{"a": ${scalar()}, "b;\\n": ${array}, "": ${scalar()}}`;
  return quoteText(random.pick([scalar(), array, object]));
}

/** Of MySQL, whose documents also hold what their text does not show. */
export function binaryJsonValue(random: SeededRandom): string {
  const kinds = [
    '9.90',
    '-0.00',
    "DATE'2020-01-01'",
    "TIME'-838:59:58.000001'",
    "TIMESTAMP'2020-01-01 10:00:00.5'",
    "x'00ff5c27'",
  ];
  const more = [
    ...kinds,
    "b'101'",
    'CAST(1 AS unsigned)',
    '5e-324',
    '-0e0',
    '1e16',
    'NULL',
    quoteText(randomText(random)),
  ];
  const own = Array.from({ length: random.integer(1, 4) }, () => random.pick(more)).join(', ');
  return random.pick([
    jsonValue(random),
    `JSON_ARRAY(${own})`,
    `JSON_OBJECT('a;', JSON_ARRAY(${own}), '', ${random.pick(more)})`,
  ]);
}

export function uuidValue(random: SeededRandom): string {
  const hex = random.bytes(16).toString('hex');
  const all = random.pick([hex, '0'.repeat(32), 'f'.repeat(32)]);
  return quoteText(all.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
}

export function inet4Value(random: SeededRandom): string {
  return quoteText(random.pick(['0.0.0.0', '255.255.255.255', [...random.bytes(4)].join('.')]));
}

export function inet6Value(random: SeededRandom): string {
  const groups = Array.from({ length: 8 }, () => random.pick(['0', random.bytes(2).toString('hex')]));
  return quoteText(random.pick(['::', '::1', '::ffff:1.2.3.4', groups.join(':')]));
}

export function vectorValue(dimensions: number): ValueMaker {
  return (random) => {
    const numbers = Array.from({ length: dimensions }, () => (random.fraction() - 0.5) * 10 ** random.integer(-30, 30));
    return `STRING_TO_VECTOR('[${numbers.join(',')}]')`;
  };
}

const SHAPES: Readonly<Record<string, (at: () => string) => string>> = {
  point: (at) => `POINT(${at()})`,
  linestring: (at) => `LINESTRING(${at()}, ${at()})`,
  polygon: () => 'POLYGON((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 4 2, 4 4, 2 4, 2 2))',
  multipoint: (at) => `MULTIPOINT(${at()}, ${at()})`,
  multilinestring: (at) => `MULTILINESTRING((${at()}, ${at()}), (${at()}, ${at()}))`,
  multipolygon: () => 'MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 7 5, 7 7, 5 5)))',
  geometrycollection: (at) => `GEOMETRYCOLLECTION(POINT(${at()}), LINESTRING(${at()}, ${at()}))`,
};

export const SHAPE_TYPES: readonly string[] = ['geometry', ...Object.keys(SHAPES)];

/** @param srid null: any one */
export function shapeValue(type: string, srid: number | null): ValueMaker {
  return (random) => {
    const coordinate = (): string => String(random.pick([0, -1, random.integer(-90, 90), random.fraction() * 90]));
    const shape = type === 'geometry' ? random.pick(Object.keys(SHAPES)) : type;
    const text = SHAPES[shape](() => `${coordinate()} ${coordinate()}`);
    return `ST_GeomFromText('${text}', ${srid ?? random.pick([0, 3857, 4326])})`;
  };
}
