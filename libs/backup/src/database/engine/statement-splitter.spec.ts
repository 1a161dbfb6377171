import { StatementSplitter } from './statement-splitter.js';

const HEADER = 'INSERT INTO `t` (`a`) VALUES\n';

/** Statements and what is left, for data that comes in pieces of some bytes. */
function split(data: string, pieceBytes: number, header = HEADER): { statements: string[]; rest: number } {
  const splitter = new StatementSplitter(Buffer.from(header));
  const bytes = Buffer.from(data);
  const statements: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    for (const statement of splitter.push(bytes.subarray(at, at + pieceBytes))) statements.push(statement.toString());
  }
  return { statements, rest: splitter.rest() };
}

describe('StatementSplitter', () => {
  const DATA = `SET NAMES utf8mb4;\n${HEADER}(1),\n('a;b'),\n('c;\\nd;');\n${HEADER}('żółć');\n`;
  const STATEMENTS = ['SET NAMES utf8mb4', `${HEADER}(1),\n('a;b'),\n('c;\\nd;')`, `${HEADER}('żółć')`];

  it.each([1, 2, 3, 7, 64, 100_000])('finds the same statements when data comes in pieces of %d bytes', (size) => {
    expect(split(DATA, size)).toEqual({ statements: STATEMENTS, rest: 0 });
  });

  it.each([1, 5, 1000])('passes over a name that looks like the end of a statement, in pieces of %d bytes', (size) => {
    const header = 'INSERT INTO `a;\nb` (`x;\n`) VALUES\n';
    const data = `SET x=1;\n${header}(1);\n${header}(2);\n`;
    expect(split(data, size, header)).toEqual({ statements: ['SET x=1', `${header}(1)`, `${header}(2)`], rest: 0 });
  });

  it('keeps what no terminator has ended', () => {
    expect(split('SET a=1;\nSET b=2;', 4)).toEqual({ statements: ['SET a=1'], rest: 8 });
    expect(split('SET a=1', 100)).toEqual({ statements: [], rest: 7 });
  });

  it('takes a statement larger than its buffer', () => {
    const statement = `${HEADER}('${'x'.repeat(5_000_000)}')`;
    expect(split(`${statement};\nSET a=1;\n`, 300_000).statements).toEqual([statement, 'SET a=1']);
  });
});
