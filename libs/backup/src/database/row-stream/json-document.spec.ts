import { documentExpression } from './json-document.js';

describe('documentExpression', () => {
  it('makes what text alone makes from text', () => {
    expect(documentExpression('0,00,0', '{"a": [1], "b": "x"}')).toBe(`CAST('{"a": [1], "b": "x"}' AS JSON)`);
  });

  it('gives each kind of number, date and bytes the expression that has it', () => {
    const cases: [string, string, string][] = [
      ['1', '7', 'CAST(7 AS UNSIGNED)'],
      ['2', '9.90', "CAST('9.90' AS DECIMAL(3,2))"],
      ['2', '-0.05', "CAST('-0.05' AS DECIMAL(2,2))"],
      ['3', '"2020-01-01"', "CAST('2020-01-01' AS DATE)"],
      ['4', '"2020-01-01 10:00:00.500000"', "CAST('2020-01-01 10:00:00.500000' AS DATETIME(6))"],
      ['5', '"-838:59:58.000001"', "CAST('-838:59:58.000001' AS TIME(6))"],
      ['7', '"base64:type15:AP8="', "x'00ff'"],
    ];
    for (const [kind, text, made] of cases) {
      expect(documentExpression(`0,,${kind}`, `[${text}]`)).toBe(`JSON_ARRAY(${made})`);
    }
    expect(documentExpression('0,,8', '["base64:type16:AAU="]')).toContain("JSON_ARRAY(5),'$[*]' COLUMNS (v BIT(16) ");
    expect(documentExpression('0,,7', '["base64:type252:YQ=="]')).toContain(
      "JSON_ARRAY(x'61'),'$[*]' COLUMNS (v BLOB ",
    );
  });

  it('finds each value by the order of the server: a container, all that is in it, then each of those', () => {
    expect(documentExpression('0,0020,10', '{"a": {"b": 1.5, "c": 2}, "d": [3, 4]}')).toBe(
      `JSON_OBJECT('a',JSON_OBJECT('b',CAST('1.5' AS DECIMAL(2,1)),'c',CAST('2' AS JSON)),'d',JSON_ARRAY(CAST(3 AS UNSIGNED),CAST('4' AS JSON)))`,
    );
  });

  it('keeps keys and text whatever is in them, with no raw line feed', () => {
    expect(documentExpression('0,10,', String.raw`{"it's \"\n\\": 1, "b": "\n{[,"}`)).toBe(
      String.raw`JSON_OBJECT('it\'s "\n\\',CAST(1 AS UNSIGNED),'b',CAST('"\\n{[,"' AS JSON))`,
    );
  });

  it('makes a document of a value that is one by itself', () => {
    expect(documentExpression('2,,', '1.50')).toBe(`JSON_EXTRACT(JSON_ARRAY(CAST('1.50' AS DECIMAL(3,2))),'$[0]')`);
  });

  it.each(['0,0,', '0,000,', '0,00,1'])('refuses kinds that do not belong to the text: %s', (kinds) => {
    expect(() => documentExpression(kinds, '{"a": 1, "b": 2}')).toThrow(/than its text/);
  });
});
