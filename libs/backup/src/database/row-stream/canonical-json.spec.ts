import { canonicalJson } from './canonical-json.js';

describe('canonicalJson', () => {
  it.each([
    ['blanks', '{ "a" :\t[1 ,\n2] }', '{"a":[1,2]}'],
    ['the order of members', '{"b": {"y": 1, "x": 2}, "a": 3}', '{"a":3,"b":{"x":2,"y":1}}'],
    ['needless digits', '[1.50, 100, 0.0, -0, 1e2]', '[1.5, 1.0E+2, 0, 0, 100]'],
    ['escapes', '"\\u00e9\\/\\u000a"', '"é/\\n"'],
    ['nothing', '{}', ' { } '],
    ['words', '[true,false,null]', ' [ true , false , null ] '],
  ])('is the same whatever the %s', (_, one, other) => {
    expect(canonicalJson(one)).toBe(canonicalJson(other));
  });

  it.each([
    ['numbers', '1', '2'],
    ['signs', '1', '-1'],
    ['magnitudes', '1', '10'],
    ['digits beyond those of a double', '0.1', '0.10000000000000000001'],
    ['integers beyond those of a double', '9007199254740993', '9007199254740992'],
    ['a number and a text', '1', '"1"'],
    ['the order of an array', '[1,2]', '[2,1]'],
    ['a name that is there twice', '{"a":1,"a":2}', '{"a":2}'],
    ['a text and a word', '"null"', 'null'],
    ['an empty array and an empty object', '[]', '{}'],
  ])('tells %s apart', (_, one, other) => {
    expect(canonicalJson(one)).not.toBe(canonicalJson(other));
  });

  it.each(['', '{', '{"a"}', '[1,]', '[1 2]', 'nul', '"a', '1 2', "{'a':1}", '"a\nb"'])('refuses %j', (text) => {
    expect(() => canonicalJson(text)).toThrow(SyntaxError);
  });
});
