import { Privileges } from './privileges.js';

describe('Privileges', () => {
  it('finds a global privilege', () => {
    const privileges = Privileges.parse(['GRANT SELECT, RELOAD ON *.* TO `b`@`%` IDENTIFIED BY PASSWORD "x"']);
    expect(privileges.everywhere('RELOAD')).toBe(true);
    expect(privileges.everywhere('TRIGGER')).toBe(false);
    expect(privileges.onDatabase('SELECT', 'shop')).toBe(true);
  });

  it('takes ALL PRIVILEGES for every one', () => {
    const privileges = Privileges.parse(['GRANT ALL PRIVILEGES ON `shop`.* TO `b`@`%` WITH GRANT OPTION']);
    expect(privileges.onDatabase('EVENT', 'shop')).toBe(true);
    expect(privileges.onDatabase('EVENT', 'shop2')).toBe(false);
    expect(privileges.everywhere('EVENT')).toBe(false);
  });

  it.each([
    ['`shop\\_a`', 'shop_a', true],
    ['`shop\\_a`', 'shopXa', false],
    ['`shop_a`', 'shopXa', true],
    ['`shop%`', 'shop.north', true],
    ['`s.op`', 'shop', false],
    ['`a``b`', 'a`b', true],
  ])('reads the database %s as a pattern: %s is %s', (pattern, database, expected) => {
    const privileges = Privileges.parse([`GRANT TRIGGER ON ${pattern}.* TO \`b\`@\`%\``]);
    expect(privileges.onDatabase('TRIGGER', database)).toBe(expected);
  });

  it('does not take a privilege on columns for one on the table', () => {
    const privileges = Privileges.parse(['GRANT SELECT (`a`, `b`), INSERT ON `mysql`.`proc` TO `b`@`%`']);
    expect(privileges.onTable('SELECT', 'mysql', 'proc')).toBe(false);
    expect(privileges.onTable('INSERT', 'mysql', 'proc')).toBe(true);
  });

  it('skips lines about roles and proxies', () => {
    const privileges = Privileges.parse(['GRANT `app` TO `b`@`%`', "GRANT PROXY ON ''@'%' TO 'root'@'localhost'"]);
    expect(privileges.everywhere('PROXY')).toBe(false);
  });
});
