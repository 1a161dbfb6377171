const LINE_FEED = 0x0a;

/**
 * Divides an INSERT statement that is longer than it should be: each of its rows stands on a line of its own. A row that is
 * too long by itself stays so.
 *
 * @param statement without terminator
 * @param headerLength bytes up to and including `VALUES` and its line feed
 * @param limit bytes
 * @returns of each part the pieces that make it up
 */
export function* divideStatement(statement: Buffer, headerLength: number, limit: number): Iterable<readonly Buffer[]> {
  if (statement.length <= limit) {
    yield [statement];
    return;
  }
  const header = statement.subarray(0, headerLength);
  let start = headerLength;
  while (start < statement.length) {
    const end = endOfRows(statement, start, start + limit - headerLength);
    yield [header, statement.subarray(start, end)];
    // a comma and a line feed
    start = end + 2;
  }
}

/** The end of the last row that ends up to `most`, or of the first one. */
function endOfRows(statement: Buffer, start: number, most: number): number {
  if (statement.length <= most) {
    return statement.length;
  }
  const last = statement.lastIndexOf(LINE_FEED, most + 1);
  const feed = last > start ? last : statement.indexOf(LINE_FEED, start);
  return feed === -1 ? statement.length : feed - 1;
}
