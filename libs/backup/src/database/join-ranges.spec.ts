import type { Bound, RangeRecord } from '../backup-set/manifest.js';
import { joinRanges } from './join-ranges.js';

const upTo = (...key: string[]): Bound => ({ key, inclusive: true });
const below = (...key: string[]): Bound => ({ key, inclusive: false });
const range = (from: Bound | null, to: Bound | null): RangeRecord => ({
  from,
  to,
  rows: 1,
  statements: 1,
  object: 'x',
});

describe('joinRanges', () => {
  const bounds = (ranges: readonly RangeRecord[]): unknown[] => joinRanges(ranges).map(({ from, to }) => [from, to]);

  it('leaves no table without an end: the first range is open below, the last above', () => {
    expect(bounds([range(upTo('5'), upTo('9'))])).toEqual([[null, null]]);
    expect(bounds([range(null, null)])).toEqual([[null, null]]);
    expect(joinRanges([])).toEqual([]);
  });

  it.each<[string, Bound, Bound]>([
    ['a bound that its range holds', upTo('10'), below('10')],
    ['a bound that it does not hold', below('10'), upTo('10')],
    ['a bound of several columns', upTo('1', "'a'"), below('1', "'a'")],
  ])('starts a range where the one before ends, at %s', (_, end, start) => {
    expect(bounds([range(null, end), range(upTo('40'), null)])).toEqual([
      [null, end],
      [start, null],
    ]);
  });

  it('closes the gap that an interval without rows leaves', () => {
    const found = bounds([
      range(null, below('100')),
      range(upTo('300'), below('400')),
      range(upTo('900'), below('950')),
    ]);
    expect(found).toEqual([
      [null, below('100')],
      [upTo('100'), below('400')],
      [upTo('400'), null],
    ]);
  });

  it('keeps everything else, and changes nothing that it was given', () => {
    const given = [range(null, upTo('1')), { ...range(null, null), rows: 7, object: 'y' }];
    const copy = structuredClone(given);
    expect(joinRanges(given)[1]).toMatchObject({ rows: 7, statements: 1, object: 'y' });
    expect(given).toEqual(copy);
  });
});
