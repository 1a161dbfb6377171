import { releaseBuffer } from '../../release-buffer.js';
import { RoomNeeded } from './document-writer.js';
import { COMMA, VALUE_OVERHEAD, type EncodedColumn, type RowFormat } from './literals.js';

const LINE_FEED = 0x0a;
const SEMICOLON = 0x3b;
/** A semicolon and a line feed. */
const TERMINATOR_BYTES = 2;

/** Bytes of the buffer to start with: most tables are small. */
const FIRST_BUFFER_BYTES = 16 * 1024;

/**
 * Turns row packets into multi-row INSERT statements, each row on its own line, in one pass and without
 * a JavaScript value per field. A statement stays within `statementBytes` unless a single row is longer than that.
 */
export class RowEncoder {
  /** Rows encoded since construction or the last {@link reset}. */
  rows = 0;
  /** Statements handed to `flush` since construction or the last {@link reset}. */
  statements = 0;
  /** Longest statement handed to `flush`, in bytes. */
  longestStatement = 0;
  /** What the longest row needs as a statement of its own, in bytes. */
  longestRow = 0;

  private buffer: Buffer;
  private length = 0;
  private rowsInStatement = 0;
  /** Where the row encoded last starts. */
  private rowStart = 0;

  /**
   * @param columns how each selected column is written, in order
   * @param format reads the packets of the protocol that the rows come in, and writes these columns
   * @param header the start of a statement up to and including `VALUES` and its line feed
   * @param statementBytes upper limit of a statement that holds more than one row
   * @param flush takes a finished statement; the bytes are valid only during the call
   */
  constructor(
    private readonly columns: readonly EncodedColumn[],
    private readonly format: RowFormat,
    private readonly header: Buffer,
    private readonly statementBytes: number,
    private readonly flush: (statement: Buffer) => void,
  ) {
    this.buffer = Buffer.allocUnsafeSlow(Math.min(FIRST_BUFFER_BYTES, statementBytes) + header.length);
  }

  /** Bytes waiting for the end of their statement. */
  get pendingBytes(): number {
    return this.length;
  }

  /** Whether any row so far held a JSON document that only MySQL can make. */
  get hasTypedDocuments(): boolean {
    return this.format.documents.hasTyped;
  }

  /** The literals of the key columns of the row encoded last, in column order. */
  lastKey(): string[] {
    const { starts, ends } = this.format;
    return this.columns.flatMap((column, index) =>
      column.isKey ? [this.buffer.toString('utf8', this.rowStart + starts[index], this.rowStart + ends[index])] : [],
    );
  }

  /** Takes a column definition packet; all of them come, in order, before the first row. */
  column(source: Buffer, offset: number, end: number): void {
    this.format.column(source, offset, end);
  }

  /** Encodes the row whose packet stands at `offset` to `end` of `source`. */
  row(source: Buffer, offset: number, end: number): void {
    const rowStart = this.begin(end - offset);
    this.rowStart = rowStart;
    this.length = this.write(source, offset, end, rowStart);
    this.rows += 1;
    this.rowsInStatement += 1;
    const alone = this.header.length + this.length - rowStart + TERMINATOR_BYTES;
    if (alone > this.longestRow) {
      this.longestRow = alone;
    }
    if (this.length > this.statementBytes && this.rowsInStatement > 1) {
      this.moveToNextStatement(rowStart);
    }
  }

  /** Ends the statement in progress, if there is one. */
  finishStatement(): void {
    if (this.rowsInStatement > 0) {
      this.emit(this.length);
      this.length = 0;
      this.rowsInStatement = 0;
    }
  }

  /** Gives its memory back at once: no row may come any more. */
  release(): void {
    releaseBuffer(this.buffer);
  }

  reset(): void {
    this.rows = 0;
    this.statements = 0;
    this.longestStatement = 0;
    this.longestRow = 0;
  }

  /** Begins again with a larger buffer as often as a document needs more room than there is. */
  private write(source: Buffer, offset: number, end: number, rowStart: number): number {
    for (;;) {
      this.format.documents.spare = this.buffer.length - rowStart - this.worst(end - offset);
      try {
        return this.format.write(source, offset, this.buffer, rowStart);
      } catch (error) {
        if (!(error instanceof RoomNeeded)) {
          throw error;
        }
        this.grow(this.buffer.length + error.bytes);
      }
    }
  }

  /** Bytes that a row can need, but for documents. */
  private worst(rowBytes: number): number {
    return rowBytes * 2 + this.columns.length * VALUE_OVERHEAD + 8;
  }

  /** Makes room, writes the header or the row separator, and gives the row's start. */
  private begin(rowBytes: number): number {
    const worst = this.worst(rowBytes) + this.header.length;
    if (this.length + worst > this.buffer.length) {
      this.grow(this.length + worst);
    }
    if (this.rowsInStatement === 0) {
      this.length = this.header.copy(this.buffer, 0);
    } else {
      this.buffer[this.length++] = COMMA;
      this.buffer[this.length++] = LINE_FEED;
    }
    return this.length;
  }

  private grow(needed: number): void {
    const usual = Math.min(this.buffer.length * 4, this.statementBytes + this.header.length + FIRST_BUFFER_BYTES);
    const larger = Buffer.allocUnsafeSlow(Math.max(usual, Math.ceil(needed / 65536) * 65536));
    this.buffer.copy(larger, 0, 0, this.length);
    releaseBuffer(this.buffer);
    this.buffer = larger;
  }

  /** The row at `rowStart` made the statement too long: it becomes the first one of the next. */
  private moveToNextStatement(rowStart: number): void {
    const rowLength = this.length - rowStart;
    const row = Buffer.from(this.buffer.subarray(rowStart, this.length));
    this.emit(rowStart - 2);
    const newStart = this.header.copy(this.buffer, 0);
    row.copy(this.buffer, newStart);
    this.rowStart = newStart;
    this.length = newStart + rowLength;
    this.rowsInStatement = 1;
  }

  private emit(end: number): void {
    this.buffer[end] = SEMICOLON;
    this.buffer[end + 1] = LINE_FEED;
    this.statements += 1;
    const length = end + TERMINATOR_BYTES;
    if (length > this.longestStatement) {
      this.longestStatement = length;
    }
    this.flush(this.buffer.subarray(0, length));
  }
}
