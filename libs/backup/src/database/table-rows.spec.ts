import type { Bound, ColumnRecord } from '../backup-set/manifest.js';
import {
  encodedColumns,
  inKeyOrder,
  insertHeader,
  OBJECT_PREAMBLE,
  readsBinary,
  selectRows,
  type TableShape,
} from './table-rows.js';

const column = (name: string, literal: ColumnRecord['literal'], more: Partial<ColumnRecord> = {}): ColumnRecord => ({
  name,
  type: 'int(11)',
  literal,
  ...more,
});

const shape = (more: Partial<TableShape> = {}): TableShape => ({
  name: 'orders',
  columns: [column('id', 'number'), column('item', 'text')],
  key: ['id'],
  keyName: 'PRIMARY',
  statementBytes: 1_000_000,
  ...more,
});

const through = (...key: string[]): Bound => ({ key, inclusive: true });
const before = (...key: string[]): Bound => ({ key, inclusive: false });

describe('selectRows', () => {
  const ALL = 'SELECT HIGH_PRIORITY `id`, `item` FROM `orders` FORCE INDEX (`PRIMARY`)';

  it.each<[string, Bound | null, Bound | null, string]>([
    ['the whole table in key order', null, null, `${ALL} ORDER BY \`id\``],
    ['from a key on', through('5'), null, `${ALL} WHERE \`id\` >= 5 ORDER BY \`id\``],
    ['what comes after a key', before('5'), null, `${ALL} WHERE \`id\` > 5 ORDER BY \`id\``],
    ['up to a key', null, through('-5'), `${ALL} WHERE \`id\` <= -5 ORDER BY \`id\``],
    ['between keys', before('5'), before('9'), `${ALL} WHERE \`id\` > 5 AND \`id\` < 9 ORDER BY \`id\``],
  ])('asks for %s', (_, from, to, sql) => {
    expect(selectRows(shape(), { from, to })).toBe(sql);
  });

  const composite = shape({
    columns: [column('a', 'number'), column('b', 'text'), column('c', 'number')],
    key: ['b', 'a', 'c'],
    keyName: 'uq',
  });

  it('compares keys of several columns column by column', () => {
    const where = (from: Bound | null, to: Bound | null): string =>
      selectRows(composite, { from, to }).replace(/^.* WHERE | ORDER BY .*$/g, '');
    expect(where(before("'x'", '1', '2'), null)).toBe(
      "((`b` > 'x') OR (`b` = 'x' AND `a` > 1) OR (`b` = 'x' AND `a` = 1 AND `c` > 2))",
    );
    expect(where(null, through("'x'", '1', '2'))).toBe(
      "((`b` < 'x') OR (`b` = 'x' AND `a` < 1) OR (`b` = 'x' AND `a` = 1 AND `c` <= 2))",
    );
    expect(where(through("'x'"), before("'y'"))).toBe("`b` >= 'x' AND `b` < 'y'");
    expect(selectRows(composite, { from: null, to: null })).toMatch(/ ORDER BY `b`, `a`, `c`$/);
  });

  it('reads a table without a key in storage order, never by an index', () => {
    expect(selectRows(shape({ key: [], keyName: '' }), { from: null, to: null })).toBe(
      'SELECT HIGH_PRIORITY `id`, `item` FROM `orders` USE INDEX ()',
    );
  });

  it('reads the rows of all times of a table that keeps its history', () => {
    expect(selectRows(shape({ key: ['id', 'row_end'], hasHistory: true }), { from: null, to: null })).toBe(
      'SELECT HIGH_PRIORITY `id`, `item` FROM `orders` FOR SYSTEM_TIME ALL FORCE INDEX (`PRIMARY`) ORDER BY `id`, `row_end`',
    );
  });

  it('lets the values decide the order where nothing else does', () => {
    expect(selectRows(shape({ key: [], keyName: '', sortsByContent: true }), { from: null, to: null })).toBe(
      "SELECT HIGH_PRIORITY `id`, `item` FROM `orders` USE INDEX () ORDER BY MD5(CONCAT_WS(',', IFNULL(MD5(`id`), ''), IFNULL(MD5(`item`), '')))",
    );
  });

  it('quotes names, whatever they hold', () => {
    const hostile = shape({ name: 'a`b', columns: [column('c*/`\n', 'number')], key: ['c*/`\n'], keyName: 'k`y' });
    expect(selectRows(hostile, { from: before('1'), to: null })).toBe(
      'SELECT HIGH_PRIORITY `c*/``\n` FROM `a``b` FORCE INDEX (`k``y`) WHERE `c*/``\n` > 1 ORDER BY `c*/``\n`',
    );
  });

  it.each<[string, ColumnRecord, RegExp]>([
    ['a DOUBLE as it is', column('x', 'double', { type: 'double' }), /^SELECT HIGH_PRIORITY `x` FROM/],
    [
      'the sign of a FLOAT’s zero',
      column('x', 'double', { type: 'float(7,4)' }),
      /^SELECT HIGH_PRIORITY IF\(`x` = 0, IF\(ATAN2\(`x`, -1\) < 0, -1e-60, 0e0\), `x`\) FROM/,
    ],
    [
      'the bytes of text that does not survive Unicode',
      column('x', 'hex', { introducer: '_sjis' }),
      /^SELECT HIGH_PRIORITY CAST\(`x` AS BINARY\) FROM/,
    ],
    [
      'the number of an ENUM that names cannot tell',
      column('x', 'number', { type: "enum('','a')" }),
      /^SELECT HIGH_PRIORITY `x`\+0 FROM/,
    ],
    ['a number as it is', column('x', 'number', { type: 'decimal(9,2)' }), /^SELECT HIGH_PRIORITY `x` FROM/],
  ])('asks for %s', (_, asked, expected) => {
    expect(selectRows(shape({ columns: [asked], key: [] }), { from: null, to: null })).toMatch(expected);
  });
});

describe('readsBinary', () => {
  it('is true of tables with a FLOAT or DOUBLE, whose text is short of bits or costly', () => {
    expect(readsBinary(shape())).toBe(false);
    expect(readsBinary(shape({ columns: [column('id', 'number'), column('x', 'double')] }))).toBe(true);
  });
});

describe('insertHeader', () => {
  it('names the columns and ends the line', () => {
    expect(insertHeader(shape()).toString()).toBe('INSERT INTO `orders` (`id`,`item`) VALUES\n');
    expect(insertHeader(shape({ name: '`', columns: [column('*/\n', 'text')] })).toString()).toBe(
      'INSERT INTO ```` (`*/\n`) VALUES\n',
    );
  });
});

describe('encodedColumns', () => {
  it('marks the key’s columns, whose bytes are written so that a bound can hold them', () => {
    const mixed = shape({ columns: [column('id', 'binary'), column('item', 'binary'), column('note', 'text')] });
    expect(encodedColumns(mixed)).toEqual([
      { kind: 'hex', introducer: undefined, isKey: true },
      { kind: 'binary', introducer: undefined, isKey: false },
      { kind: 'text', introducer: undefined, isKey: false },
    ]);
  });
});

describe('inKeyOrder', () => {
  it('puts what stands in column order into the key’s', () => {
    const columns = ['a', 'b', 'c'].map((name) => column(name, 'number'));
    expect(inKeyOrder(shape({ columns, key: ['c', 'a'] }), ['1', '3'])).toEqual(['3', '1']);
    expect(inKeyOrder(shape({ columns, key: ['b'] }), ['2'])).toEqual(['2']);
  });
});

describe('OBJECT_PREAMBLE', () => {
  it('sets what an object needs to be fed to the stock client by itself', () => {
    for (const setting of [
      'NAMES utf8mb4',
      "time_zone='+00:00'",
      'sql_mode=',
      'foreign_key_checks=0',
      'unique_checks=0',
    ]) {
      expect(OBJECT_PREAMBLE).toContain(setting);
    }
    expect(OBJECT_PREAMBLE.endsWith(';\n')).toBe(true);
  });
});
