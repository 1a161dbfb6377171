import { hasWildcard, matchesTable, type NameCase } from './table-pattern.js';

describe('matchesTable', () => {
  it.each<[pattern: string, table: string, isMatch: boolean]>([
    ['orders', 'shop.orders', true],
    ['orders', 'blog.orders', true],
    ['orders', 'shop.orders_old', false],
    ['order', 'shop.orders', false],
    ['shop.orders', 'shop.orders', true],
    ['shop.orders', 'blog.orders', false],
    ['log_*', 'shop.log_2026', true],
    ['log_*', 'shop.log_', true],
    ['log_*', 'shop.logs', false],
    ['*_log', 'shop.audit_log', true],
    ['*', 'shop.orders', true],
    ['shop.*', 'shop.orders', true],
    ['shop.*', 'shop2.orders', false],
    ['*.orders', 'blog.orders', true],
    ['sh*', 'shop.orders', false],
    ['sh*.o*s', 'shop.orders', true],
    ['log_?', 'shop.log_1', true],
    ['log_?', 'shop.log_', false],
    ['log_?', 'shop.log_12', false],
    ['log_?', 'shop.log_🧾', true],
    ['*a*b*', 'shop.xxaxxbxx', true],
    ['*a*b', 'shop.xxaxxbxxb', true],
    ['*a*b', 'shop.xxbxxa', false],
    ['a+(b)', 'shop.a+(b)', true],
    ['[ab]', 'shop.a', false],
    ['log%', 'shop.logs', false],
    ['shop.a.b', 'shop.a.b', true],
    ['a.b', 'shop.a.b', true],
    ['a.b', 'a.b', true],
    ['log\\*', 'shop.log*', true],
    ['log\\*', 'shop.logs', false],
    ['log\\?', 'shop.log?', true],
    ['a\\\\b', 'shop.a\\b', true],
    ['a\\b', 'shop.a\\b', true],
    ['a\\', 'shop.a\\', true],
    ['two\nlines*', 'shop.two\nlines of it', true],
    ['', 'shop.orders', false],
  ])('%s and %s: %s', (pattern, qualified, isMatch) => {
    const [database] = qualified.split('.');
    expect(matchesTable(pattern, database, qualified.slice(database.length + 1), 'exact')).toBe(isMatch);
  });

  it.each<[pattern: string, nameCase: NameCase, isMatch: boolean]>([
    ['Orders', 'exact', true],
    ['orders', 'exact', false],
    ['ORD*', 'exact', false],
    ['orders', 'folded', true],
    ['ORD*', 'folded', true],
    ['shop.ORDERS', 'folded', true],
    ['shop.orders', 'exact', false],
  ])('%s with names %s names Shop.Orders: %s', (pattern, nameCase, isMatch) => {
    expect(matchesTable(pattern, 'Shop', 'Orders', nameCase)).toBe(isMatch);
  });

  it('takes no longer for many wildcards', () => {
    expect(matchesTable('*a'.repeat(500), 'shop', 'a'.repeat(64), 'exact')).toBe(false);
  });
});

describe('hasWildcard', () => {
  it.each([
    ['orders', false],
    ['log_*', true],
    ['log_?', true],
    ['log\\*', false],
  ])('%s: %s', (pattern, expected) => {
    expect(hasWildcard(pattern)).toBe(expected);
  });
});
