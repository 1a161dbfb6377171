import { Privileges } from './privileges.js';

describe('Privileges', () => {
  it('finds a global privilege', () => {
    const privileges = Privileges.parse(['GRANT SELECT, RELOAD ON *.* TO `b`@`%` IDENTIFIED BY PASSWORD "x"']);
    expect(privileges.everywhere('RELOAD')).toBe(true);
    expect(privileges.everywhere('TRIGGER')).toBe(false);
    expect(privileges.onDatabase('SELECT', 'shop')).toBe(true);
  });

  it.each([
    ['GRANT ALL PRIVILEGES ON `shop`.* TO `b`@`%` WITH GRANT OPTION', true],
    ['GRANT ALL PRIVILEGES ON `shop`.* TO `b`@`%`', false],
    ['GRANT EXECUTE ON `shop`.* TO `b`@`%` WITH GRANT OPTION', true],
    ['GRANT EXECUTE ON `shop`.`with grant option` TO `b`@`%`', false],
  ])('knows who may grant: %s', (line, mayGrant) => {
    expect(Privileges.parse([line]).onDatabase('GRANT OPTION', 'shop')).toBe(mayGrant);
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

  it('does not take a grant on columns apart where a column has a parenthesis', () => {
    const privileges = Privileges.parse(['GRANT SELECT (`a)`, `b, INSERT`), UPDATE ON `shop`.`orders` TO `b`@`%`']);
    expect(privileges.onTable('UPDATE', 'shop', 'orders')).toBe(true);
    expect(privileges.onTable('INSERT', 'shop', 'orders')).toBe(false);
  });

  it('does not take a privilege on a routine for one on a table of that name', () => {
    const privileges = Privileges.parse(['GRANT ALTER ROUTINE ON PROCEDURE `shop`.`orders` TO `b`@`%`']);
    expect(privileges.onTable('ALTER ROUTINE', 'shop', 'orders')).toBe(false);
  });

  it('takes what is revoked in a database for missing there alone', () => {
    const privileges = Privileges.parse([
      'GRANT SELECT, INSERT ON *.* TO `b`@`%`',
      'REVOKE SELECT ON `shop`.* FROM `b`@`%`',
      'GRANT SELECT ON `shop`.`prices` TO `b`@`%`',
    ]);
    expect(privileges.everywhere('SELECT')).toBe(true);
    expect(privileges.onDatabase('SELECT', 'shop')).toBe(false);
    expect(privileges.onTable('SELECT', 'shop', 'orders')).toBe(false);
    expect(privileges.onTable('SELECT', 'shop', 'prices')).toBe(true);
    expect(privileges.onDatabase('SELECT', 'blog')).toBe(true);
    expect(privileges.onDatabase('INSERT', 'shop')).toBe(true);
  });

  it('knows no patterns on a server with partial revokes', () => {
    const privileges = Privileges.parse(['GRANT SELECT ON `shop_%`.* TO `b`@`%`'], true);
    expect(privileges.onDatabase('SELECT', 'shop_%')).toBe(true);
    expect(privileges.onDatabase('SELECT', 'shop_a')).toBe(false);
  });
});
