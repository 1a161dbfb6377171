import { assertRowCondition } from './row-condition.js';

describe('assertRowCondition', () => {
  it.each([
    'total > 100',
    "name = 'Ada' OR name LIKE 'G%'",
    "note = 'a;b -- c /* d */ # e (select 1'",
    'note = "a;b) (" AND `odd;name(` = 1',
    "note = 'it''s' AND other = 'it\\'s' AND last = '\\\\'",
    'a IN (1, 2, (3)) AND NOT (b)',
    'created > NOW() - INTERVAL 30 DAY',
    'selected = 1 AND tables_count > 2 AND `select` = 3',
    'a - -1 = 2',
    "total = 5 AND name = 'Барбара'",
    'data->>"$.kind" = "x" AND a = 0x41 AND b = N\'x\'',
    'a\n=\n1',
    'sleep > 1 AND `nextval` = 2 AND length(name) < 3 AND next = 4',
  ])('takes %s', (condition) => {
    expect(() => {
      assertRowCondition('orders', condition);
    }).not.toThrow();
  });

  it.each([
    ['', 'is empty'],
    [' \n ', 'is empty'],
    ['1); DROP TABLE orders', 'closes a parenthesis that it did not open'],
    ['1) OR (1', 'closes a parenthesis that it did not open'],
    ['a IN (1, 2', 'opens a parenthesis that it does not close'],
    ['1; DROP TABLE orders', 'holds a semicolon outside of quotes'],
    ['1 -- and nothing else', 'holds a comment'],
    ['a--1', 'holds a comment'],
    ['1 # and nothing else', 'holds a comment'],
    ['1 /* and nothing else', 'holds a comment'],
    ['1 /*! OR 1 */', 'holds a comment'],
    ['1 */', 'holds a comment'],
    ["name = 'Ada", "holds a quote ' that is not closed"],
    ["name = 'Ada\\'", "holds a quote ' that is not closed"],
    ['name = "Ada', 'holds a quote " that is not closed'],
    ['`name = 1', 'holds a quote ` that is not closed'],
    ['`name\\` = 1 OR `', 'holds a quote ` that is not closed'],
    ['id IN (SELECT id FROM other)', 'holds a subquery (SELECT)'],
    ['id IN (select(id)from other)', 'holds a subquery (select)'],
    ['id IN (TABLE other)', 'holds a subquery (TABLE)'],
    ['id IN (VALUES ROW(1))', 'holds a subquery (VALUES)'],
    ['id IN (WITH x AS (SELECT 1) SELECT * FROM x)', 'holds a subquery (WITH)'],
    ['@a := 1', 'uses a variable'],
    ['id > @@server_id', 'uses a variable'],
    ['nextval(shop.numbers) > 0', 'calls NEXTVAL'],
    ['NEXT VALUE FOR numbers > 0', 'calls NEXT'],
    ['id = 1 OR Get_Lock ("x", 0)', 'calls GET_LOCK'],
    ['load_file("/etc/passwd") IS NULL', 'calls LOAD_FILE'],
  ])('refuses %j, which %s', (condition, reason) => {
    expect(() => {
      assertRowCondition('orders', condition);
    }).toThrow(
      `The condition for orders ${reason}: write what may stand after WHERE and looks at the row alone, such as total > 100.`,
    );
  });
});
