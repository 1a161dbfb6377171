import { divide, isBound, fineRangeBytes, rangeRowsExponent } from './table-bounds.js';
import { WHOLE_TABLE, type TableShape } from './table-rows.js';

const MIB = 1024 * 1024;

describe('fineRangeBytes', () => {
  it.each<[string, number, number, number]>([
    ['a 128th of a table', 1024 * MIB, 64 * MIB, 8 * MIB],
    ['no more than is asked for', 100_000 * MIB, 64 * MIB, 64 * MIB],
    ['no less than 4 MiB', 10 * MIB, 64 * MIB, 4 * MIB],
    ['less than that where less is asked for', 1024 * MIB, 1024, 1024],
  ])('is %s', (_, tableBytes, most, bytes) => {
    expect(fineRangeBytes(tableBytes, most)).toBe(bytes);
  });
});

describe('rangeRowsExponent', () => {
  it.each<[string, number, number, number]>([
    ['a range’s rows, rounded down to a power of two', 100, 64 * MIB, 19],
    ['the same for rows a little longer', 120, 64 * MIB, 19],
    ['no rows to skip when each fills a range', 100 * MIB, 64 * MIB, 0],
    ['no more than the hash has bits for', 0.001, 2 ** 60, 31],
    ['one byte a row where the estimate has none', 0, 1024, 10],
  ])('is %s', (_, rowBytes, rangeBytes, exponent) => {
    expect(rangeRowsExponent(rowBytes, rangeBytes)).toBe(exponent);
  });
});

describe('isBound', () => {
  const shape = (...key: string[]): TableShape => ({
    name: 't',
    columns: [],
    key,
    keyName: 'PRIMARY',
    statementBytes: 1,
  });

  it('compares a hash of the key with a share of all hashes', () => {
    expect(isBound(shape('id'), 0)).toBe('CRC32(`id`) < 4294967296');
    expect(isBound(shape('i`d'), 20)).toBe('CRC32(`i``d`) < 4096');
  });

  it('takes in every column of the key', () => {
    expect(isBound(shape('a', 'b', 'c'), 31)).toBe(
      '((CRC32(`a`) * 31 + CRC32(`b`)) % 4294967296 * 31 + CRC32(`c`)) % 4294967296 < 2',
    );
  });
});

describe('divide', () => {
  it('makes parts that begin with a key each and leave nothing out', () => {
    expect(divide(WHOLE_TABLE, [['1'], ['5']])).toEqual([
      { from: null, to: { key: ['1'], inclusive: false } },
      { from: { key: ['1'], inclusive: true }, to: { key: ['5'], inclusive: false } },
      { from: { key: ['5'], inclusive: true }, to: null },
    ]);
  });

  it('keeps the interval’s own ends', () => {
    const interval = { from: { key: ['0'], inclusive: false }, to: { key: ['9'], inclusive: true } };
    expect(divide(interval, [['4']])).toEqual([
      { from: interval.from, to: { key: ['4'], inclusive: false } },
      { from: { key: ['4'], inclusive: true }, to: interval.to },
    ]);
    expect(divide(interval, [])).toEqual([interval]);
  });
});
