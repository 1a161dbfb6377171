import { sampleObjects } from './sample-objects.js';
import type { HeldObject } from './set-objects.js';

const SET = '20261121T221005Z-database-3f9c2a';

function objects(sizes: readonly number[]): HeldObject[] {
  return sizes.map((size, index) => ({
    set: SET,
    key: `database/shop/orders.${String(index).padStart(5, '0')}.sql.zst`,
    size,
    sha256: 'a'.repeat(64),
    plainSize: size,
    plainSha256: 'b'.repeat(64),
  }));
}

function daysFrom(start: string, count: number): Date[] {
  return Array.from({ length: count }, (_, index) => new Date(Date.parse(start) + index * 86_400_000));
}

describe('sampleObjects', () => {
  it.each([
    [5, 20, Array.from({ length: 137 }, (_, index) => 1 + ((index * 7919) % 5000))],
    [30, 4, [10, 0, 10, 1_000_000, 10, 10]],
    [5, 20, [1, 2, 3]],
    [100, 1, [5, 5, 5]],
    [40, 3, [0, 0]],
  ])('reads every object once in a cycle of days, at %d %% in %d', (percent, days, sizes) => {
    const all = objects(sizes);
    // over the turn of a year
    const read = daysFrom('2026-12-27T05:00:00Z', days).flatMap((day) => sampleObjects(all, percent, day));
    expect(read.map(({ key }) => key).sort()).toEqual(all.map(({ key }) => key));
  });

  it('reads about the same number of bytes each day', () => {
    const all = objects(Array.from({ length: 200 }, () => 1000));
    for (const day of daysFrom('2026-11-22T00:00:00Z', 20)) {
      expect(sampleObjects(all, 5, day)).toHaveLength(10);
    }
  });

  it('reads the same on any hour of a day', () => {
    const all = objects([10, 20, 30, 40]);
    const [morning, night] = ['2026-11-22T00:00:00Z', '2026-11-22T23:59:59Z'].map((time) => new Date(time));
    expect(sampleObjects(all, 25, night)).toEqual(sampleObjects(all, 25, morning));
  });
});
