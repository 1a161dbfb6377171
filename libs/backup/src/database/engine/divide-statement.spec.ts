import { divideStatement } from './divide-statement.js';

const HEADER = 'INSERT INTO `a\n` (`b`) VALUES\n';
const ROWS = ["('one')", "('two,\\n')", "('three')", "(';')"];

/** The rows of each part. */
function divide(limit: number, rows: readonly string[] = ROWS): string[][] {
  const statement = Buffer.from(HEADER + rows.join(',\n'));
  const parts = [...divideStatement(statement, HEADER.length, limit)].map((pieces) => pieces.join(''));
  expect(parts.filter((part) => !part.startsWith(HEADER))).toEqual([]);
  return parts.map((part) => part.slice(HEADER.length).split(',\n'));
}

describe('A statement that is too long for a server', () => {
  it('stays whole when it fits', () => {
    expect(divide(HEADER.length + ROWS.join(',\n').length)).toEqual([ROWS]);
  });

  it('is divided between rows, as many to a part as fit', () => {
    const two = HEADER.length + ROWS.slice(0, 2).join(',\n').length;
    expect(divide(two)).toEqual([ROWS.slice(0, 2), ROWS.slice(2)]);
    expect(divide(two - 1)).toEqual([[ROWS[0]], [ROWS[1]], ROWS.slice(2)]);
  });

  it('holds every row once, whatever the limit', () => {
    for (let limit = HEADER.length; limit < HEADER.length + 60; limit += 1) {
      const parts = divide(limit);
      expect(parts.flat()).toEqual(ROWS);
      const tooLong = parts.filter((rows) => rows.length > 1 && HEADER.length + rows.join(',\n').length > limit);
      expect(tooLong).toEqual([]);
    }
  });

  it('leaves a row that is too long by itself in a part of its own', () => {
    const long = `('${'x'.repeat(500)}')`;
    expect(divide(100, ['(1)', long, '(2)'])).toEqual([['(1)'], [long], ['(2)']]);
    expect(divide(100, [long])).toEqual([[long]]);
  });
});
