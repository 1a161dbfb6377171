import { divideIntegerKey } from './table-segments.js';
import { WHOLE_TABLE, type KeyInterval } from './table-rows.js';

const MIB = 1024 * 1024;

/** Which of the intervals hold a key. */
function holding(intervals: readonly KeyInterval[], key: bigint): number[] {
  return intervals.flatMap(({ from, to }, index) => {
    const isAbove = from === null || (from.inclusive ? key >= BigInt(from.key[0]) : key > BigInt(from.key[0]));
    const isBelow = to === null || (to.inclusive ? key <= BigInt(to.key[0]) : key < BigInt(to.key[0]));
    return isAbove && isBelow ? [index] : [];
  });
}

describe('divideIntegerKey', () => {
  it.each<[string, bigint, bigint, number, number]>([
    ['about as many intervals as ranges', 1n, 1_000_000n, 640 * MIB, 10],
    ['one more for what is left over', 1n, 1_000_000n, 641 * MIB, 11],
    ['one for a table that fits in a range', 1n, 1_000_000n, 64 * MIB, 1],
    ['one for an empty estimate', 1n, 1_000_000n, 0, 1],
    ['no more intervals than keys', 5n, 7n, 6400 * MIB, 3],
    ['one for a single key', 5n, 5n, 6400 * MIB, 1],
    ['the whole of BIGINT', -(2n ** 63n), 2n ** 63n - 1n, 256 * MIB, 4],
    ['the whole of BIGINT UNSIGNED', 0n, 2n ** 64n - 1n, 256 * MIB, 4],
    ['negative keys', -100n, -1n, 128 * MIB, 2],
  ])('makes %s, and each key is in exactly one', (_, least, most, dataBytes, count) => {
    const intervals = divideIntegerKey(least, most, dataBytes, 64 * MIB);

    expect(intervals).toHaveLength(count);
    const edges = intervals.flatMap(({ from }) => (from === null ? [] : [BigInt(from.key[0])]));
    const keys = [least, most, least - 1_000n, most + 1_000n, ...edges.flatMap((edge) => [edge - 1n, edge, edge + 1n])];
    for (const key of keys) expect({ key, count: holding(intervals, key).length }).toEqual({ key, count: 1 });
  });

  it('makes them equally wide', () => {
    const edges = divideIntegerKey(0n, 999n, 4 * 64 * MIB, 64 * MIB).map(({ from }) => from?.key[0] ?? null);
    expect(edges).toEqual([null, '250', '500', '750']);
  });

  it('does not divide what is empty', () => {
    expect(divideIntegerKey(0n, 0n, 0, 64 * MIB)).toEqual([WHOLE_TABLE]);
  });
});
