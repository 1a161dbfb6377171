import { childrenFirst, neededByKept } from './backup-chains.js';

const chain = (...links: [number, number | null][]): { id: number; parentId: number | null }[] =>
  links.map(([id, parentId]) => ({ id, parentId }));

describe('neededByKept', () => {
  it('follows a chain to its beginning', () => {
    const needed = neededByKept(chain([1, null], [2, 1], [3, 2], [4, 3]), new Set([3]));
    expect([...needed]).toEqual([
      [2, [3]],
      [1, [2]],
    ]);
  });

  it('names every kept child, in order', () => {
    expect([...neededByKept(chain([9, 1], [1, null], [5, 1], [7, 1]), new Set([9, 5]))]).toEqual([[1, [5, 9]]]);
  });

  it('needs nothing for a parent that is not there', () => {
    expect([...neededByKept(chain([2, 1]), new Set([2]))]).toEqual([]);
  });

  it('comes to an end in a circle', () => {
    expect([...neededByKept(chain([1, 2], [2, 1], [3, 3]), new Set([1, 3]))]).toEqual([
      [2, [1]],
      [3, [3]],
      [1, [2]],
    ]);
  });
});

describe('childrenFirst', () => {
  it.each([
    ['a chain', chain([1, null], [2, 1], [3, 2]), [3, 2, 1]],
    ['two chains', chain([4, 2], [3, 1], [2, null], [1, null]), [4, 3, 2, 1]],
    ['single backups, as they came', chain([2, null], [3, null], [1, null]), [2, 3, 1]],
    ['a child dated before its parent', chain([1, null], [9, null], [2, 1]), [2, 1, 9]],
    ['a circle', chain([1, 2], [2, 1]), [1, 2]],
    ['a parent that is not there', chain([2, 7], [3, 2]), [3, 2]],
  ])('orders %s', (_, backups, expected) => {
    expect(childrenFirst(backups).map(({ id }) => id)).toEqual(expected);
  });
});
