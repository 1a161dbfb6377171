import type { Bound, RangeRecord } from '../backup-set/manifest.js';

/**
 * Makes the ranges of a table, given in key order, cover all of its key space: intervals that had no rows leave gaps,
 * and a row that turns up in a gap must not go unseen when the ranges are read again.
 */
export function joinRanges(ranges: readonly RangeRecord[]): RangeRecord[] {
  return ranges.map((range, index) => ({
    ...range,
    from: index === 0 ? null : after(ranges[index - 1].to),
    to: index === ranges.length - 1 ? null : range.to,
  }));
}

function after(bound: Bound | null): Bound | null {
  return bound === null ? null : { key: bound.key, inclusive: !bound.inclusive };
}
