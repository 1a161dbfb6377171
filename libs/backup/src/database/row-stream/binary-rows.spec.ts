import { BinaryRows } from './binary-rows.js';
import type { LiteralKind } from './literals.js';

/** Types of columns as the protocol numbers them. */
const TYPES = {
  TINYINT: 1,
  SMALLINT: 2,
  INT: 3,
  FLOAT: 4,
  DOUBLE: 5,
  TIMESTAMP: 7,
  BIGINT: 8,
  MEDIUMINT: 9,
  DATE: 10,
  TIME: 11,
  DATETIME: 12,
  YEAR: 13,
  BIT: 16,
  DECIMAL: 246,
  BLOB: 252,
  VARCHAR: 253,
} as const;

type TypeName = keyof typeof TYPES;

interface Column {
  readonly type: TypeName;
  readonly kind?: LiteralKind;
  readonly isUnsigned?: boolean;
  /** Digits of a fraction. */
  readonly decimals?: number;
}

/** Names, which are not looked at, and the fixed part. https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_column_definition.html */
function definition({ type, isUnsigned = false, decimals = 0 }: Column): Buffer {
  return Buffer.from([3, 0x64, 0x65, 0x66, 12, 45, 0, 0, 0, 0, 0, TYPES[type], isUnsigned ? 33 : 1, 0, decimals, 0, 0]);
}

/** A row packet: NULL bits, then the values' bytes. */
function packet(values: readonly (Buffer | null)[]): Buffer {
  const nulls = Buffer.alloc((values.length + 9) >> 3);
  values.forEach((value, index) => {
    if (value === null) nulls[(index + 2) >> 3] |= 1 << ((index + 2) & 7);
  });
  return Buffer.concat([Buffer.from([0]), nulls, ...values.filter((value) => value !== null)]);
}

/** The row's literals as the target holds them. */
function write(columns: readonly Column[], values: readonly (Buffer | null)[]): string {
  const rows = new BinaryRows(columns.map(({ kind = 'number' }) => ({ kind, isKey: false })));
  for (const column of columns) {
    const bytes = Buffer.concat([Buffer.from('before'), definition(column)]);
    rows.column(bytes, 6, bytes.length);
  }
  // surrounded by bytes of other packets, which are none of its business
  const source = Buffer.concat([Buffer.from('\xff\xff', 'latin1'), packet(values), Buffer.from('\xff\xff', 'latin1')]);
  const target = Buffer.alloc(source.length * 2 + columns.length * 48 + 10, '?');
  const end = rows.write(source, 2, target, 5);
  expect(target.toString('latin1', 0, 5)).toBe('?????');
  return target.toString('latin1', 5, end);
}

const bytes = (...values: number[]): Buffer => Buffer.from(values);
const sized = (value: string | Buffer): Buffer => Buffer.concat([bytes(value.length), Buffer.from(value)]);
const float = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return buffer;
};
const double = (value: number): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleLE(value);
  return buffer;
};
const long = (value: bigint): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt.asUintN(64, value));
  return buffer;
};

describe('BinaryRows', () => {
  it.each<[string, Column, Buffer, string]>([
    ['the least TINYINT', { type: 'TINYINT' }, bytes(0x80), '-128'],
    ['the greatest TINYINT UNSIGNED', { type: 'TINYINT', isUnsigned: true }, bytes(0xff), '255'],
    ['the least SMALLINT', { type: 'SMALLINT' }, bytes(0, 0x80), '-32768'],
    ['the greatest SMALLINT UNSIGNED', { type: 'SMALLINT', isUnsigned: true }, bytes(0xff, 0xff), '65535'],
    ['a year', { type: 'YEAR', isUnsigned: true }, bytes(0xea, 0x07), '2026'],
    ['the least MEDIUMINT', { type: 'MEDIUMINT' }, bytes(0, 0, 0x80, 0xff), '-8388608'],
    ['zero', { type: 'INT' }, bytes(0, 0, 0, 0), '0'],
    ['ten', { type: 'INT' }, bytes(10, 0, 0, 0), '10'],
    ['the least INT', { type: 'INT' }, bytes(0, 0, 0, 0x80), '-2147483648'],
    ['the greatest INT UNSIGNED', { type: 'INT', isUnsigned: true }, bytes(0xff, 0xff, 0xff, 0xff), '4294967295'],
    ['a small BIGINT', { type: 'BIGINT' }, long(-7n), '-7'],
    ['a BIGINT of 53 bits', { type: 'BIGINT' }, long(2n ** 53n - 1n), '9007199254740991'],
    ['a BIGINT of 54 bits', { type: 'BIGINT' }, long(2n ** 53n + 1n), '9007199254740993'],
    ['the least BIGINT', { type: 'BIGINT' }, long(-(2n ** 63n)), '-9223372036854775808'],
    [
      'the greatest BIGINT UNSIGNED',
      { type: 'BIGINT', isUnsigned: true },
      long(2n ** 64n - 1n),
      '18446744073709551615',
    ],
    ['a DECIMAL', { type: 'DECIMAL' }, sized('-12.50'), '-12.50'],
    ['a DOUBLE with all its bits', { type: 'DOUBLE', kind: 'double' }, double(0.1 + 0.2), '0.30000000000000004'],
    ['the greatest DOUBLE', { type: 'DOUBLE', kind: 'double' }, double(Number.MAX_VALUE), '1.7976931348623157e+308'],
    ['the least DOUBLE above zero', { type: 'DOUBLE', kind: 'double' }, double(5e-324), '5e-324'],
    ['negative zero so that it stays negative', { type: 'DOUBLE', kind: 'double' }, double(-0), '-0e0'],
    ['a whole DOUBLE', { type: 'DOUBLE', kind: 'double' }, double(3), '3'],
    ['a FLOAT with all its bits', { type: 'FLOAT', kind: 'double' }, float(1 / 3), '0.3333333432674408'],
    ['a date', { type: 'DATE', kind: 'plain' }, bytes(4, 0xea, 0x07, 2, 9), "'2026-02-09'"],
    ['a zero date', { type: 'DATE', kind: 'plain' }, bytes(0), "'0000-00-00'"],
    ['a date without a day', { type: 'DATE', kind: 'plain' }, bytes(4, 0xea, 0x07, 0, 0), "'2026-00-00'"],
    ['the last date', { type: 'DATE', kind: 'plain' }, bytes(4, 0x0f, 0x27, 12, 31), "'9999-12-31'"],
    ['a DATETIME', { type: 'DATETIME', kind: 'plain' }, bytes(7, 0xea, 0x07, 2, 9, 23, 59, 8), "'2026-02-09 23:59:08'"],
    ['midnight', { type: 'DATETIME', kind: 'plain' }, bytes(4, 0xea, 0x07, 2, 9), "'2026-02-09 00:00:00'"],
    [
      'a DATETIME(3)',
      { type: 'DATETIME', kind: 'plain', decimals: 3 },
      bytes(11, 0xea, 0x07, 2, 9, 1, 2, 3, 0x68, 0x0b, 0, 0),
      "'2026-02-09 01:02:03.002'",
    ],
    [
      'a TIMESTAMP(6) without a fraction',
      { type: 'TIMESTAMP', kind: 'plain', decimals: 6 },
      bytes(7, 0xea, 0x07, 2, 9, 1, 2, 3),
      "'2026-02-09 01:02:03.000000'",
    ],
    ['a zero DATETIME(1)', { type: 'DATETIME', kind: 'plain', decimals: 1 }, bytes(0), "'0000-00-00 00:00:00.0'"],
    ['the longest time', { type: 'TIME', kind: 'plain' }, bytes(8, 1, 34, 0, 0, 0, 22, 59, 59), "'-838:59:59'"],
    [
      'a TIME(6)',
      { type: 'TIME', kind: 'plain', decimals: 6 },
      bytes(12, 0, 0, 0, 0, 0, 1, 2, 3, 1, 0, 0, 0),
      "'01:02:03.000001'",
    ],
    ['no time', { type: 'TIME', kind: 'plain', decimals: 2 }, bytes(0), "'00:00:00.00'"],
    ['text', { type: 'VARCHAR', kind: 'text' }, sized("it's\n"), "'it\\'s\\n'"],
    ['a UUID', { type: 'VARCHAR', kind: 'plain' }, sized('0123-45'), "'0123-45'"],
    ['bytes', { type: 'BLOB', kind: 'binary' }, sized(bytes(0, 0x27)), "_binary'\\0\\''"],
    ['bits', { type: 'BIT', kind: 'hex' }, sized(bytes(1, 0xff)), '0x01FF'],
  ])('writes %s', (_, column, value, expected) => {
    expect(write([column], [value])).toBe(`(${expected})`);
  });

  it.each([0, 6, 7, 14, 15])('finds the NULLs of a row, the first one in column %d', (first) => {
    const columns = Array.from({ length: 16 }, (): Column => ({ type: 'TINYINT' }));
    const values = columns.map((_, index) => (index >= first ? null : bytes(index)));
    expect(write(columns, values)).toBe(`(${values.map((value) => value?.[0] ?? 'NULL').join(',')})`);
  });

  it.each([250, 251, 65_535, 65_536])('reads a value of %d bytes whole, and what follows it', (length) => {
    const size =
      length < 251 ? bytes(length) : length < 65_536 ? bytes(0xfc, length & 0xff, length >> 8) : bytes(0xfd, 0, 0, 1);
    const text = 'x'.repeat(length);
    const columns: Column[] = [{ type: 'VARCHAR', kind: 'text' }, { type: 'TINYINT' }];
    expect(write(columns, [Buffer.concat([size, Buffer.from(text)]), bytes(5)])).toBe(`('${text}',5)`);
  });

  it('says where each column’s literal stands in the row', () => {
    const rows = new BinaryRows([
      { kind: 'number', isKey: true },
      { kind: 'text', isKey: true },
    ]);
    for (const column of [definition({ type: 'TINYINT' }), definition({ type: 'VARCHAR' })]) {
      rows.column(column, 0, column.length);
    }
    const target = Buffer.alloc(200);
    const end = rows.write(packet([bytes(42), sized('b')]), 0, target, 7);
    expect(target.toString('latin1', 7, end)).toBe("(42,'b')");
    expect([...rows.starts]).toEqual([1, 4]);
    expect([...rows.ends]).toEqual([3, 7]);
  });
});
