import type { ColumnDescription } from './columns.js';
import { hasTransactionPeriod, keyWithPeriod, takesHistory, withPeriod } from './system-versioning.js';

const ID: ColumnDescription = { name: 'id', dataType: 'int', columnType: 'int(11)', characterSet: null };
const BEGINS: ColumnDescription = { ...ID, name: 'begins', dataType: 'timestamp', rowPeriod: 'start' };
const ENDS: ColumnDescription = { ...ID, name: 'ends', dataType: 'timestamp', rowPeriod: 'end' };

describe('system versioning', () => {
  it('adds the hidden columns of a period only where none are named', () => {
    expect(withPeriod([ID]).map(({ name }) => name)).toEqual(['id', 'row_start', 'row_end']);
    expect(withPeriod([ID, BEGINS, ENDS])).toEqual([ID, BEGINS, ENDS]);
  });

  it.each([
    [['id'], [ID, BEGINS, ENDS], ['id', 'ends']],
    [
      ['id', 'ends'],
      [ID, BEGINS, ENDS],
      ['id', 'ends'],
    ],
    [
      ['id', 'begins'],
      [ID, BEGINS, ENDS],
      ['id', 'begins'],
    ],
    [['id'], withPeriod([ID]), ['id', 'row_end']],
    [[], withPeriod([ID]), []],
    [['id'], [ID], ['id']],
  ])('makes a key %j of %# complete', (key, columns, complete) => {
    expect(keyWithPeriod(key, columns)).toEqual(complete);
  });

  it('knows periods of transactions', () => {
    expect(hasTransactionPeriod([ID, BEGINS, ENDS])).toBe(false);
    expect(hasTransactionPeriod([ID, { ...ENDS, dataType: 'bigint' }])).toBe(true);
  });

  it.each([
    ['mariadb', 10, 6, false],
    ['mariadb', 10, 11, true],
    ['mariadb', 11, 4, true],
    ['mysql', 9, 7, false],
  ] as const)('knows whether %s %d.%d takes history', (flavour, major, minor, takes) => {
    expect(takesHistory({ flavour, major, minor })).toBe(takes);
  });
});
