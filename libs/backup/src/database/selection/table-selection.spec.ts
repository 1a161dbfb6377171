import {
  assertSelection,
  TableFilter,
  WHOLE_DATABASES,
  type NamedObject,
  type TableSelection,
} from './table-selection.js';

const OBJECTS: readonly NamedObject[] = [
  { database: 'shop', name: 'customers', kind: 'table' },
  { database: 'shop', name: 'log_2025', kind: 'table' },
  { database: 'shop', name: 'log_2026', kind: 'table' },
  { database: 'shop', name: 'numbers', kind: 'sequence' },
  { database: 'shop', name: 'orders', kind: 'table' },
  { database: 'shop', name: 'sales', kind: 'view' },
  { database: 'blog', name: 'orders', kind: 'table' },
];

const filter = (selection: Partial<TableSelection>): TableFilter =>
  new TableFilter({ ...WHOLE_DATABASES, ...selection }, 'exact');

const held = (selection: Partial<TableSelection>): string[] =>
  OBJECTS.filter(({ database, name }) => filter(selection).holds(database, name)).map(
    ({ database, name }) => `${database}.${name}`,
  );

describe('TableFilter', () => {
  it.each<[string, Partial<TableSelection>, string[]]>([
    ['everything', {}, OBJECTS.map(({ database, name }) => `${database}.${name}`)],
    ['what is included', { include: ['orders'] }, ['shop.orders', 'blog.orders']],
    ['what is included of one database', { include: ['shop.orders', 'sales'] }, ['shop.orders', 'shop.sales']],
    [
      'all but what is excluded',
      { exclude: ['log_*', 'blog.*'] },
      ['shop.customers', 'shop.numbers', 'shop.orders', 'shop.sales'],
    ],
    ['nothing that is excluded and included', { include: ['shop.*'], exclude: ['log_*', '*s'] }, []],
  ])('holds %s', (_, selection, expected) => {
    expect(held(selection)).toEqual(expected);
  });

  it.each<[Partial<TableSelection>, boolean, boolean]>([
    [{}, true, true],
    [{ exclude: ['orders'] }, true, true],
    [{ include: ['orders'] }, false, false],
    [{ include: ['orders', 'log_*'] }, false, true],
  ])('with %j holds routines: %s, needs to see all names: %s', (selection, holdsRoutines, needsAllNames) => {
    expect(filter(selection)).toMatchObject({ holdsRoutines, needsAllNames });
  });

  it('knows which rows of a table are wanted', () => {
    const chosen = filter({ noData: ['log_*'], where: { 'shop.orders': 'total > 5' } });
    expect(chosen.subset('shop', 'log_2026')).toEqual({ kind: 'none' });
    expect(chosen.subset('shop', 'orders')).toEqual({ kind: 'where', condition: 'total > 5' });
    expect(chosen.subset('blog', 'orders')).toBeUndefined();
  });

  it.each<Partial<TableSelection>>([
    { noData: ['orders'], where: { 'shop.orders': 'total > 5' } },
    { where: { orders: 'total > 5', 'shop.*': 'id > 1' } },
  ])('refuses to choose between %j for one table', (selection) => {
    expect(() => filter(selection).subset('shop', 'orders')).toThrow(
      'More than one of the given conditions and no-data patterns matches shop.orders: leave one of them.',
    );
  });

  it.each<[Partial<TableSelection>, string]>([
    [{ include: ['ordres'] }, 'matches "ordres" of includeTables: check its name; there is shop.orders, blog.orders,'],
    [{ exclude: ['shop.ordes'] }, 'matches "shop.ordes" of excludeTables: check its name; there is shop.orders,'],
    [{ exclude: ['tmp_*'] }, 'matches "tmp_*" of excludeTables: check its name; there is'],
    [{ noData: ['sales'] }, 'matches "sales" of noDataTables: check its name; there is'],
    [{ where: { numbers: 'id > 1' } }, 'matches "numbers" of where: check its name; there is'],
    [{ exclude: ['log_*'], noData: ['log_2026'] }, 'matches "log_2026" of noDataTables: check its name; there is'],
    [{ exclude: ['*'], noData: ['log_2026'] }, 'matches "log_2026" of noDataTables: there are none.'],
  ])('refuses %j, which does nothing', (selection, message) => {
    expect(() => {
      filter(selection).assertMatches(['shop', 'blog'], OBJECTS);
    }).toThrow(`No table of shop, blog ${message}`);
  });

  it('takes patterns that all match something', () => {
    expect(() => {
      filter({ include: ['shop.*'], exclude: ['sales'], noData: ['log_*'], where: { orders: '1' } }).assertMatches(
        ['shop', 'blog'],
        OBJECTS,
      );
    }).not.toThrow();
  });
});

describe('assertSelection', () => {
  it.each<[string, Partial<TableSelection>, string]>([
    ['an empty pattern', { exclude: [''] }, 'A pattern of excludeTables is empty'],
    ['an empty table of a condition', { where: { ' ': 'a = 1' } }, 'A pattern of where is empty'],
    ['a condition that leaves its place', { where: { orders: '1) OR (1' } }, 'The condition for orders closes'],
  ])('refuses %s', (_, selection, message) => {
    expect(() => {
      assertSelection({ ...WHOLE_DATABASES, ...selection });
    }).toThrow(message);
  });
});
