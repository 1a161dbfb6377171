import { viewTables } from './view-tables.js';

describe('viewTables', () => {
  const view = 'CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`%` SQL SECURITY DEFINER VIEW `v` AS select ';

  it.each([
    ['`o`.`id` AS `customers` from `orders` `o`', ['orders']],
    [
      '1 from (`orders` join `shop`.`customers` on(`customers`.`id` = `orders`.`customer`))',
      ['orders', 'shop.customers'],
    ],
    ['1 from ((`a` left join `b` on(`b`.`id` = `a`.`id`)) straight_join `c`)', ['a', 'b', 'c']],
    ['(select count(0) from `inner`) AS `n` from (select 1 from `derived`) `d`', ['inner', 'derived']],
    ["'from `text`' AS `x`", []],
    ['1 from `odd``name`', ['odd`name']],
  ])('of a view that is %s', (query, tables) => {
    expect(
      viewTables(view + query).map(({ database, table }) => (database === null ? table : `${database}.${table}`)),
    ).toEqual(tables);
  });
});
