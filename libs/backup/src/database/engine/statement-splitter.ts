const TERMINATOR = Buffer.from(';\n');

/**
 * Finds statements in the bytes of a data object: `;` and a line feed end one, and stand nowhere else in a literal. The
 * head of an INSERT is passed over, since a name may hold anything.
 */
export class StatementSplitter {
  private buffer = Buffer.allocUnsafe(2 * 1024 * 1024);
  private length = 0;
  /** Where the search for the end of the statement in progress goes on. */
  private searched = 0;

  constructor(private readonly header: Buffer) {}

  /** The statements completed by this chunk, without terminator; each is valid until the next one is asked for. */
  *push(chunk: Buffer): Iterable<Buffer> {
    this.append(chunk);
    let start = 0;
    let end = this.findEnd(start);
    while (end !== -1) {
      yield this.buffer.subarray(start, end);
      start = end + TERMINATOR.length;
      this.searched = start;
      end = this.findEnd(start);
    }
    this.buffer.copyWithin(0, start, this.length);
    this.length -= start;
    this.searched = Math.max(0, this.searched - start);
  }

  /** Whether a statement is an INSERT, and not one of the settings before them. */
  holdsRows(statement: Buffer): boolean {
    return statement.subarray(0, this.header.length).equals(this.header);
  }

  /** Bytes after the last terminator. */
  rest(): number {
    return this.length;
  }

  private findEnd(start: number): number {
    const data = this.buffer.subarray(0, this.length);
    const head = data.subarray(start, start + this.header.length);
    if (head.length < this.header.length && this.header.subarray(0, head.length).equals(head)) {
      return -1;
    }
    const from = Math.max(this.searched, head.equals(this.header) ? start + this.header.length : start);
    const end = data.indexOf(TERMINATOR, from);
    this.searched = end === -1 ? Math.max(from, this.length - 1) : end;
    return end;
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
