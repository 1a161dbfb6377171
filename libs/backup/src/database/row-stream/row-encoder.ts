/**
 * How a column's bytes, as the text protocol delivers them, become an SQL literal.
 *
 * - `number`: digits, copied as they are
 * - `double`: as `number`, but negative zero keeps its sign (`-0` alone would be the integer 0)
 * - `plain`: quoted without looking for anything to escape (dates, times, UUIDs, addresses)
 * - `text`: quoted and escaped
 * - `binary`: `_binary'...'`, quoted and escaped
 * - `hex`: `0x...` after an optional character set introducer
 */
export type LiteralKind = 'number' | 'double' | 'plain' | 'text' | 'binary' | 'hex';

export interface EncodedColumn {
  readonly kind: LiteralKind;
  /** Character set introducer for `hex`, for example `_sjis`; absent for none. */
  readonly introducer?: string;
  /** Whether the literal is part of the key that range bounds are made of. */
  readonly isKey: boolean;
}

const NUMBER = 0;
const DOUBLE = 1;
const PLAIN = 2;
const TEXT = 3;
const BINARY = 4;
const HEX = 5;

const KINDS: Readonly<Record<LiteralKind, number>> = {
  number: NUMBER,
  double: DOUBLE,
  plain: PLAIN,
  text: TEXT,
  binary: BINARY,
  hex: HEX,
};

const QUOTE = 0x27;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN = 0x28;
const CLOSE = 0x29;
const LINE_FEED = 0x0a;
const SEMICOLON = 0x3b;
const MINUS = 0x2d;
const ZERO = 0x30;
const LETTER_E = 0x65;
const NULL_MARK = 0xfb;
const BINARY_INTRODUCER = Buffer.from('_binary');
const HEX_DIGITS = Buffer.from('0123456789ABCDEF');

/** For each byte: what follows the backslash, or 0 where the byte stands for itself. No line feed stays raw. */
const ESCAPES = new Uint8Array(256);
ESCAPES[0x00] = 0x30;
ESCAPES[0x0a] = 0x6e;
ESCAPES[0x0d] = 0x72;
ESCAPES[0x1a] = 0x5a;
ESCAPES[QUOTE] = QUOTE;
ESCAPES[BACKSLASH] = BACKSLASH;

/** Room for the separators, quotes and introducer that a value gets besides its own bytes. */
const VALUE_OVERHEAD = 48;

/**
 * Turns text-protocol row packets into multi-row INSERT statements, each row on its own line, in one pass and without
 * a JavaScript value per field. A statement stays within `statementBytes` unless a single row is longer than that.
 */
export class RowEncoder {
  /** Rows encoded since construction or the last {@link reset}. */
  rows = 0;
  /** Statements handed to `flush` since construction or the last {@link reset}. */
  statements = 0;
  /** Longest statement handed to `flush`, in bytes. */
  longestStatement = 0;

  private readonly kinds: Uint8Array;
  private readonly introducers: readonly Buffer[];
  private readonly isKey: Uint8Array;
  private readonly keyStarts: Int32Array;
  private readonly keyEnds: Int32Array;
  private buffer: Buffer;
  private length = 0;
  private rowsInStatement = 0;

  /**
   * @param columns how each selected column is written, in order
   * @param header the start of a statement up to and including `VALUES` and its line feed
   * @param statementBytes upper limit of a statement that holds more than one row
   * @param flush takes a finished statement; the bytes are valid only during the call
   */
  constructor(
    private readonly columns: readonly EncodedColumn[],
    private readonly header: Buffer,
    private readonly statementBytes: number,
    private readonly flush: (statement: Buffer) => void,
  ) {
    this.kinds = Uint8Array.from(columns, (column) => KINDS[column.kind]);
    this.introducers = columns.map((column) => Buffer.from(column.introducer ? `${column.introducer} 0x` : '0x'));
    this.isKey = Uint8Array.from(columns, (column) => (column.isKey ? 1 : 0));
    this.keyStarts = new Int32Array(columns.length);
    this.keyEnds = new Int32Array(columns.length);
    this.buffer = Buffer.allocUnsafeSlow(statementBytes + header.length + 64 * 1024);
  }

  /** Bytes waiting for the end of their statement. */
  get pendingBytes(): number {
    return this.length;
  }

  /** The literals of the key columns of the row encoded last, in column order. */
  lastKey(): string[] {
    return this.columns.flatMap((column, index) =>
      column.isKey ? [this.buffer.toString('utf8', this.keyStarts[index], this.keyEnds[index])] : [],
    );
  }

  /** Encodes the row whose values stand at `offset` to `end` of `source` as length-encoded strings. */
  row(source: Buffer, offset: number, end: number): void {
    const rowStart = this.begin(end - offset);
    this.length = this.values(source, offset, rowStart);
    this.rows += 1;
    this.rowsInStatement += 1;
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

  reset(): void {
    this.rows = 0;
    this.statements = 0;
    this.longestStatement = 0;
  }

  /** Makes room, writes the header or the row separator, and gives the row's start. */
  private begin(rowBytes: number): number {
    const worst = rowBytes * 2 + this.kinds.length * VALUE_OVERHEAD + this.header.length + 8;
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
    const larger = Buffer.allocUnsafeSlow(Math.ceil(needed / 65536) * 65536);
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }

  /** The row at `rowStart` made the statement too long: it becomes the first one of the next. */
  private moveToNextStatement(rowStart: number): void {
    const rowLength = this.length - rowStart;
    const row = Buffer.from(this.buffer.subarray(rowStart, this.length));
    this.emit(rowStart - 2);
    const newStart = this.header.copy(this.buffer, 0);
    row.copy(this.buffer, newStart);
    const shift = rowStart - newStart;
    for (let index = 0; index < this.keyStarts.length; index++) {
      this.keyStarts[index] = this.keyStarts[index] - shift;
      this.keyEnds[index] = this.keyEnds[index] - shift;
    }
    this.length = newStart + rowLength;
    this.rowsInStatement = 1;
  }

  private emit(end: number): void {
    this.buffer[end] = SEMICOLON;
    this.buffer[end + 1] = LINE_FEED;
    this.statements += 1;
    const length = end + 2;
    if (length > this.longestStatement) {
      this.longestStatement = length;
    }
    this.flush(this.buffer.subarray(0, length));
  }

  /** The hot loop: one pass over the packet, everything in locals. */
  private values(source: Buffer, offset: number, start: number): number {
    const target = this.buffer;
    const kinds = this.kinds;
    const isKey = this.isKey;
    const count = kinds.length;
    let at = offset;
    let to = start;
    target[to++] = OPEN;
    for (let column = 0; column < count; column++) {
      if (column > 0) {
        target[to++] = COMMA;
      }
      const literalStart = to;
      let size = source[at++];
      if (size === NULL_MARK) {
        target[to++] = 0x4e;
        target[to++] = 0x55;
        target[to++] = 0x4c;
        target[to++] = 0x4c;
      } else {
        if (size > NULL_MARK) {
          if (size === 0xfc) {
            size = source[at] | (source[at + 1] << 8);
            at += 2;
          } else if (size === 0xfd) {
            size = source[at] | (source[at + 1] << 8) | (source[at + 2] << 16);
            at += 3;
          } else {
            size = source.readUInt32LE(at) + source.readUInt32LE(at + 4) * 0x1_0000_0000;
            at += 8;
          }
        }
        const stop = at + size;
        switch (kinds[column]) {
          case NUMBER:
            while (at < stop) {
              target[to++] = source[at++];
            }
            break;
          case DOUBLE: {
            const isNegativeZero = size === 2 && source[at] === MINUS && source[at + 1] === ZERO;
            while (at < stop) {
              target[to++] = source[at++];
            }
            if (isNegativeZero) {
              target[to++] = LETTER_E;
              target[to++] = ZERO;
            }
            break;
          }
          case PLAIN:
            target[to++] = QUOTE;
            while (at < stop) {
              target[to++] = source[at++];
            }
            target[to++] = QUOTE;
            break;
          case HEX:
            to = this.hex(source, at, stop, to, column);
            at = stop;
            break;
          default:
            if (kinds[column] === BINARY) {
              to += BINARY_INTRODUCER.copy(target, to);
            }
            target[to++] = QUOTE;
            while (at < stop) {
              const byte = source[at++];
              const escape = ESCAPES[byte];
              if (escape !== 0) {
                target[to++] = BACKSLASH;
                target[to++] = escape;
              } else {
                target[to++] = byte;
              }
            }
            target[to++] = QUOTE;
        }
      }
      if (isKey[column] !== 0) {
        this.keyStarts[column] = literalStart;
        this.keyEnds[column] = to;
      }
    }
    target[to++] = CLOSE;
    return to;
  }

  private hex(source: Buffer, from: number, stop: number, start: number, column: number): number {
    const target = this.buffer;
    let to = start;
    if (from === stop) {
      target[to++] = QUOTE;
      target[to++] = QUOTE;
      return to;
    }
    to += this.introducers[column].copy(target, to);
    for (let at = from; at < stop; at++) {
      const byte = source[at];
      target[to++] = HEX_DIGITS[byte >> 4];
      target[to++] = HEX_DIGITS[byte & 15];
    }
    return to;
  }
}
