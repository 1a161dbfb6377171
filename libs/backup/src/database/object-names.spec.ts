import { objectNames } from './object-names.js';

describe('objectNames', () => {
  it.each<[string, string[], string[]]>([
    ['safe names stand for themselves', ['orders', 'Order_Items-2'], ['orders', 'Order_Items-2']],
    [
      'others get a number that tells their place',
      ['orders', 'a b', 'c', 'd/e'],
      ['orders', 'table.0002', 'c', 'table.0004'],
    ],
    [
      'dots, slashes and parents',
      ['..', '.', 'a/../b', 'x.sql'],
      ['table.0001', 'table.0002', 'table.0003', 'table.0004'],
    ],
    [
      'backticks, quotes, comments and line feeds',
      ['`', "'", '*/', '\n'],
      ['table.0001', 'table.0002', 'table.0003', 'table.0004'],
    ],
    ['other scripts', ['żółć', '表'], ['table.0001', 'table.0002']],
    ['names that differ in case only', ['Orders', 'orders', 'ORDERS'], ['Orders', 'table.0002', 'table.0003']],
    [
      'names of the set’s own objects',
      ['schema', 'Schema-after', 'schemas'],
      ['table.0001', 'table.0002', 'table.0003'],
    ],
    ['the longest name, and one that is longer', ['x'.repeat(64), 'x'.repeat(65)], ['x'.repeat(64), 'table.0002']],
    ['the empty name', [''], ['table.0001']],
    ['nothing', [], []],
  ])('%s', (_, identifiers, names) => {
    expect(objectNames('table', identifiers)).toEqual(names);
  });

  it('gives no two identifiers one name, on whichever file system', () => {
    const identifiers = Array.from({ length: 12_000 }, (_, index) =>
      index % 3 === 0 ? `n ${String(index)}` : `n${String(index)}`,
    );
    const names = objectNames('table', identifiers).map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(identifiers.length);
  });
});
