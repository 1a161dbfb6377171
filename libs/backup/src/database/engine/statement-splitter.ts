import { GrowingBuffer } from '../../growing-buffer.js';

const TERMINATOR = Buffer.from(';\n');

/**
 * Finds statements in the bytes of a data object: `;` and a line feed end one, and stand nowhere else in a literal. The
 * head of an INSERT is passed over, since a name may hold anything.
 */
export class StatementSplitter {
  private readonly data = new GrowingBuffer(2 * 1024 * 1024);
  /** Where the search for the end of the statement in progress goes on. */
  private searched = 0;

  constructor(private readonly header: Buffer) {}

  /** The statements completed by this chunk, without terminator; each is valid until the next one is asked for. */
  *push(chunk: Buffer): Iterable<Buffer> {
    this.data.add(chunk);
    const { bytes } = this.data;
    let start = 0;
    let end = this.findEnd(start);
    while (end !== -1) {
      yield bytes.subarray(start, end);
      start = end + TERMINATOR.length;
      this.searched = start;
      end = this.findEnd(start);
    }
    this.data.drop(start);
    this.searched = Math.max(0, this.searched - start);
  }

  /** Whether a statement is an INSERT, and not one of the settings before them. */
  holdsRows(statement: Buffer): boolean {
    return statement.subarray(0, this.header.length).equals(this.header);
  }

  /** Bytes after the last terminator. */
  rest(): number {
    return this.data.bytes.length;
  }

  private findEnd(start: number): number {
    const data = this.data.bytes;
    const head = data.subarray(start, start + this.header.length);
    if (head.length < this.header.length && this.header.subarray(0, head.length).equals(head)) {
      return -1;
    }
    const from = Math.max(this.searched, head.equals(this.header) ? start + this.header.length : start);
    const end = data.indexOf(TERMINATOR, from);
    this.searched = end === -1 ? Math.max(from, data.length - 1) : end;
    return end;
  }
}
