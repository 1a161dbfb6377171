import { SeededRandom } from './seeded-random.js';

describe('SeededRandom', () => {
  it('repeats its numbers for the same seed, on every machine', () => {
    const random = new SeededRandom('archive');
    expect([random.bits(), random.bits(), random.bits()]).toEqual([2018513863, 293007258, 3922565643]);
  });

  it('gives other numbers for another seed', () => {
    expect(new SeededRandom('a').bits()).not.toBe(new SeededRandom('b').bits());
  });

  it('reaches both ends of a range and nothing outside', () => {
    const random = new SeededRandom('range');
    const seen = new Set(Array.from({ length: 1000 }, () => random.integer(-1, 2)));
    expect([...seen].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
  });

  it.each([0, 1, 3, 4, 7])('makes exactly %i bytes', (length) => {
    expect(new SeededRandom('bytes').bytes(length)).toHaveLength(length);
  });

  it('refuses to pick from nothing', () => {
    expect(() => new SeededRandom('none').pick([])).toThrow(RangeError);
  });
});
