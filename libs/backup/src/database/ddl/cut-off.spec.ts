import { isCutOff } from './cut-off.js';

const HEAD = 'CREATE DEFINER=`a`@`b` PROCEDURE `p`()\n';

describe('isCutOff', () => {
  it.each([
    ['a text', "SELECT 'a", ''],
    ['a text after a doubled quote', "SELECT 'a''", ''],
    ['a text after an escaped quote', "SELECT 'a\\'", ''],
    ['a comment', 'SELECT 1 /* a', ''],
    ['a name', 'SELECT `a', ''],
    ['a name in double quotes', "SELECT 'a' AS \"b", 'ANSI_QUOTES'],
  ])('finds a definition that ends inside %s', (_, body, sqlMode) => {
    expect(isCutOff(HEAD + body, sqlMode)).toBe(true);
  });

  it.each([
    ['a text', "SELECT 'a'", ''],
    ['a comment', 'SELECT 1 /* a */', ''],
    ['a comment of one line', "SELECT 1 -- it's", ''],
    ['a text in which a backslash is one', "SELECT 'a\\'", 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'],
    ['a name in which a backslash is one', 'SELECT 1 AS "a\\"', 'ANSI_QUOTES'],
    ['a part for some versions only', "SELECT 1 /*!50000 + '*/' */", ''],
    ['a script', "$$ return 1 // it's $$", ''],
  ])('passes over one that ends with %s', (_, body, sqlMode) => {
    expect(isCutOff(HEAD + body, sqlMode)).toBe(false);
  });
});
