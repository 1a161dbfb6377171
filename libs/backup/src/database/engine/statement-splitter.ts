const TERMINATOR = Buffer.from(';\n');

/** Finds statements in the bytes of a data object: `;` and a line feed end one, and stand nowhere else. */
export class StatementSplitter {
  private buffer = Buffer.allocUnsafe(2 * 1024 * 1024);
  private length = 0;

  /** The statements completed by this chunk, without terminator; each is valid until the next one is asked for. */
  *push(chunk: Buffer): Iterable<Buffer> {
    const searchFrom = Math.max(0, this.length - 1);
    this.append(chunk);
    let start = 0;
    let end = this.buffer.subarray(0, this.length).indexOf(TERMINATOR, searchFrom);
    while (end !== -1) {
      yield this.buffer.subarray(start, end);
      start = end + TERMINATOR.length;
      end = this.buffer.subarray(0, this.length).indexOf(TERMINATOR, start);
    }
    this.buffer.copyWithin(0, start, this.length);
    this.length -= start;
  }

  /** Bytes after the last terminator. */
  rest(): number {
    return this.length;
  }

  private append(chunk: Buffer): void {
    if (this.length + chunk.length > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + chunk.length));
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    chunk.copy(this.buffer, this.length);
    this.length += chunk.length;
  }
}
