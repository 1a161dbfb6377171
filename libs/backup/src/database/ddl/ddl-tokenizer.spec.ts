import { nameOf, tokenize, type Token } from './ddl-tokenizer.js';

const texts = (ddl: string): string[] => tokenize(ddl).map(({ text }) => text);
const kinds = (ddl: string): Token['kind'][] => tokenize(ddl).map(({ kind }) => kind);

describe('tokenize', () => {
  it.each<[string, string, string[]]>([
    [
      'words and punctuation',
      'id int(11),PRIMARY KEY (id)',
      ['id', 'int', '(', '11', ')', ',', 'PRIMARY', 'KEY', '(', 'id', ')'],
    ],
    ['a doubled backtick in a name', 'a `x``,(` b', ['a', '`x``,(`', 'b']],
    ['a line feed in a name', '`two\nlines` c', ['`two\nlines`', 'c']],
    ['a comment’s end in a name', '`a*/b` c', ['`a*/b`', 'c']],
    ['a doubled quote in a string', "DEFAULT 'it''s, (so)' x", ['DEFAULT', "'it''s, (so)'", 'x']],
    ['a backslash before a quote', "'a\\'b' x", ["'a\\'b'", 'x']],
    ['a backslash at a string’s end', "'a\\\\' x", ["'a\\\\'", 'x']],
    ['a backslash in a name, which escapes nothing', '`a\\` x', ['`a\\`', 'x']],
    ['a backtick in a string', "'`' x", ["'`'", 'x']],
    ['a string in double quotes', '"say ""hi""" x', ['"say ""hi"""', 'x']],
    ['a comment with quotes and commas', "a /*!50100 '`, ( */ b", ['a', "/*!50100 '`, ( */", 'b']],
    ['a comment right after a word', 'KEY/* x */y', ['KEY', '/* x */', 'y']],
    ['a comment to the end of the line', "a -- don't\nb # it's\nc", ['a', "-- don't", 'b', "# it's", 'c']],
    ['two signs that are no comment', 'a --1 b', ['a', '--1', 'b']],
    ['a name right after a word', 'a`b`', ['a', '`b`']],
    ['text that is not closed', "a 'rest, of (it", ['a', "'rest, of (it"]],
    ['nothing', ' \n\t', []],
  ])('takes apart %s', (_, ddl, expected) => {
    expect(texts(ddl)).toEqual(expected);
  });

  it('tells words, names, strings, punctuation and comments apart', () => {
    expect(kinds('KEY `a` \'b\' "c" , /* d */')).toEqual([
      'word',
      'name',
      'string',
      'string',
      'punctuation',
      'comment',
    ]);
  });

  it('counts open parentheses, those in quotes and comments apart', () => {
    const depths = tokenize("f(a, (b), '(((', `)`, /* ) */ c) d").map(({ text, depth }) => `${text}:${String(depth)}`);
    expect(depths).toEqual([
      'f:0',
      '(:0',
      'a:1',
      ',:1',
      '(:1',
      'b:2',
      '):1',
      ',:1',
      "'(((':1",
      ',:1',
      '`)`:1',
      ',:1',
      '/* ) */:1',
      'c:1',
      '):0',
      'd:0',
    ]);
  });

  it('says where each piece stands', () => {
    const ddl = "CREATE TABLE `a``b` (`c` enum('x','y,''z') COMMENT 'd\\'e')";
    for (const { text, start, end } of tokenize(ddl)) expect(ddl.slice(start, end)).toBe(text);
  });
});

describe('nameOf', () => {
  it.each([
    ['`orders`', 'orders'],
    ['`a``b`', 'a`b'],
    ['````', '`'],
    ['`it\'s "x" */\n`', 'it\'s "x" */\n'],
  ])('reads %s as %j', (text, name) => {
    expect(nameOf(tokenize(text)[0])).toBe(name);
  });
});
