const LINE_FEED = 0x0a;
/** Longer than any line: a path has 4096 bytes at most, and a file of a petabyte a million parts. */
const LONGEST_LINE = 256 * 1024 * 1024;

/** Finds the lines in a text that comes in chunks. */
export class LineSplitter {
  private rest: Buffer = Buffer.alloc(0);

  *push(chunk: Buffer): Iterable<string> {
    const data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let begin = 0;
    for (let end = data.indexOf(LINE_FEED); end !== -1; end = data.indexOf(LINE_FEED, begin)) {
      yield data.toString('utf8', begin, end);
      begin = end + 1;
    }
    if (data.length - begin > LONGEST_LINE) {
      throw new Error('a line of it does not end');
    }
    this.rest = Buffer.from(data.subarray(begin));
  }

  /** @throws Error when what came last is no whole line */
  finish(): void {
    if (this.rest.length > 0) {
      throw new Error('its last line is cut off');
    }
  }
}
