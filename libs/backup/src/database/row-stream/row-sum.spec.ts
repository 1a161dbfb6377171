import { addSums, literals, NO_ROWS, RowSum, type SummedRows } from './row-sum.js';

const HEADER = Buffer.from('INSERT INTO `t` (`a`,`b`) VALUES\n');

function sumOf(statements: readonly string[], jsonColumns: readonly number[] = []): SummedRows {
  const sum = new RowSum(HEADER, new Set(jsonColumns));
  for (const statement of statements) sum.add(Buffer.concat([HEADER, Buffer.from(statement)]));
  return { rows: sum.rows, sum: sum.digest() };
}

describe('RowSum', () => {
  it.each([
    ['order', ['(1,2),\n(3,4);\n'], ['(3,4),\n(1,2);\n']],
    ['division into statements', ['(1,2),\n(3,4);\n'], ['(1,2);\n', '(3,4);\n']],
    ['terminator', ['(1,2);\n'], ['(1,2)']],
  ])('is the same in any %s', (_, one, other) => {
    expect(sumOf(one)).toEqual(sumOf(other));
  });

  it.each([
    ['a value', '(1,2);\n', '(1,3);\n'],
    ['a row less', '(1,2),\n(3,4);\n', '(1,2);\n'],
    ['a row that is there twice', '(1,2),\n(1,2);\n', '(1,2);\n'],
    ['pairs of the same rows', '(1,2),\n(1,2),\n(3,4);\n', '(1,2),\n(3,4),\n(3,4);\n'],
    ['values of two rows changed for each other', '(1,2),\n(3,4);\n', '(1,4),\n(3,2);\n'],
    ['NULL and an empty text', '(1,NULL);\n', "(1,'');\n"],
  ])('sees %s', (_, one, other) => {
    expect(sumOf([one]).sum).not.toBe(sumOf([other]).sum);
  });

  it('adds up over objects', () => {
    const parts = ['(1,2);\n', '(3,4);\n', '(5,6);\n'].map((statement) => sumOf([statement]));
    expect(parts.reduce(addSums, NO_ROWS)).toEqual(sumOf(['(5,6),\n(3,4),\n(1,2);\n']));
  });

  it('compares JSON by what it says, where it is told to', () => {
    const [one, other] = [`(1,'{"b": "x\\\\n", "a":1.0}')`, `(1,'{"a":1,"b":"x\\\\n"}')`];
    expect(sumOf([one], [1])).toEqual(sumOf([other], [1]));
    expect(sumOf([one]).sum).not.toBe(sumOf([other]).sum);
    expect(sumOf([one], [1]).sum).not.toBe(sumOf([`(1,'{"a":2,"b":"x\\\\n"}')`], [1]).sum);
  });

  it('takes NULL among JSON for itself', () => {
    expect(sumOf(['(1,NULL)'], [1]).sum).not.toBe(sumOf([`(1,'null')`], [1]).sum);
  });
});

describe('literals', () => {
  it.each([
    ['(1,-2.5,NULL)', ['1', '-2.5', 'NULL']],
    [
      `('a,b)','c\\'d',_binary'e,\\\\',0x0F,_sjis 0x82)`,
      [`'a,b)'`, `'c\\'d'`, `_binary'e,\\\\'`, '0x0F', '_sjis 0x82'],
    ],
    ["('')", ["''"]],
  ])('of %s are found', (row, expected) => {
    expect(literals(Buffer.from(row)).map(String)).toEqual(expected);
  });
});
