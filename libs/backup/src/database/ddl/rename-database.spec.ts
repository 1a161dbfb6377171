import { renameDatabases } from './rename-database.js';

describe('renameDatabases', () => {
  it.each<[string, string, Record<string, string>, string]>([
    [
      'a foreign key’s database',
      'REFERENCES `shop`.`orders` (`id`)',
      { shop: 'copy' },
      'REFERENCES `copy`.`orders` (`id`)',
    ],
    ['a sequence’s', 'DEFAULT nextval(`shop`.`numbers`)', { shop: 'copy' }, 'DEFAULT nextval(`copy`.`numbers`)'],
    ['each of several', '`a`.`t`, `b`.`t`', { a: 'b', b: 'a' }, '`b`.`t`, `a`.`t`'],
    ['no other database', '`other`.`orders`', { shop: 'copy' }, '`other`.`orders`'],
    ['no table or column of that name', '`shop` (`shop`), `x`.`shop`', { shop: 'copy' }, '`shop` (`shop`), `x`.`shop`'],
    ['nothing in a string', "COMMENT '`shop`.`t`'", { shop: 'copy' }, "COMMENT '`shop`.`t`'"],
    ['nothing in a comment', '/* `shop`.`t` */ `shop`.`t`', { shop: 'copy' }, '/* `shop`.`t` */ `copy`.`t`'],
    ['names with backticks', '`sh``op`.`t`', { 'sh`op': 'c`opy' }, '`c``opy`.`t`'],
    ['names with line feeds and quotes', "`s\n'*/`.`t`", { "s\n'*/": 'x' }, '`x`.`t`'],
    ['nothing when there is nothing to rename', '`shop`.`t`', {}, '`shop`.`t`'],
  ])('renames %s', (_, ddl, names, expected) => {
    expect(renameDatabases(ddl, new Map(Object.entries(names)))).toBe(expected);
  });
});
