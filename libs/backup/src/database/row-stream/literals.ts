import type { DocumentWriter } from './document-writer.js';

/**
 * How a column's bytes become an SQL literal.
 *
 * - `number`: digits, as they are
 * - `double`: as `number`, but of all bits, which only rows of the binary protocol have
 * - `plain`: quoted without looking for anything to escape (dates, times, UUIDs, addresses)
 * - `text`: quoted and escaped
 * - `binary`: `_binary'...'`, quoted and escaped
 * - `hex`: `0x...` after an optional character set introducer
 * - `json`: a document of MySQL, after the kinds of its values: as `text`, or as the expression that makes it
 */
export type LiteralKind = 'number' | 'double' | 'plain' | 'text' | 'binary' | 'hex' | 'json';

export interface EncodedColumn {
  readonly kind: LiteralKind;
  /** Character set introducer for `hex`, for example `_sjis`; absent for none. */
  readonly introducer?: string;
  /** Whether the literal is part of the key that range bounds are made of. */
  readonly isKey: boolean;
}

/** Turns the row packets of one protocol into literals. */
export interface RowFormat {
  /** Where each column's literal starts and ends in the row written last, from that row's start. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly documents: DocumentWriter;

  /** Takes a column definition packet; all of them come, in order, before the first row. */
  column(source: Buffer, offset: number, end: number): void;

  /**
   * Writes the row whose packet stands at `offset` of `source`, in parentheses. There is room for each of its bytes
   * twice, and for {@link VALUE_OVERHEAD} bytes a column besides; documents have what is spare.
   *
   * @returns where the row ends in the target
   * @throws RoomNeeded when a document does not fit
   */
  write(source: Buffer, offset: number, target: Buffer, start: number): number;
}

/** Room for the separators, quotes and introducer that a value gets, and for a number that takes few bytes in binary. */
export const VALUE_OVERHEAD = 48;

export const QUOTE = 0x27;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const OPEN = 0x28;
export const CLOSE = 0x29;
export const MINUS = 0x2d;
export const ZERO = 0x30;

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

export function writeNull(target: Buffer, start: number): number {
  target[start] = 0x4e;
  target[start + 1] = 0x55;
  target[start + 2] = 0x4c;
  target[start + 3] = 0x4c;
  return start + 4;
}

export function writeBytes(source: Buffer, from: number, stop: number, target: Buffer, start: number): number {
  let to = start;
  for (let at = from; at < stop; at++) {
    target[to++] = source[at];
  }
  return to;
}

/** A quoted string of bytes that need no escape. */
export function writePlain(source: Buffer, from: number, stop: number, target: Buffer, start: number): number {
  target[start] = QUOTE;
  const to = writeBytes(source, from, stop, target, start + 1);
  target[to] = QUOTE;
  return to + 1;
}

/** A quoted string with escapes. */
export function writeText(source: Buffer, from: number, stop: number, target: Buffer, start: number): number {
  let to = start;
  target[to++] = QUOTE;
  for (let at = from; at < stop; at++) {
    const byte = source[at];
    const escape = ESCAPES[byte];
    if (escape !== 0) {
      target[to++] = BACKSLASH;
      target[to++] = escape;
    } else {
      target[to++] = byte;
    }
  }
  target[to++] = QUOTE;
  return to;
}

/** A quoted string of bytes that are in no character set. */
export function writeBinary(source: Buffer, from: number, stop: number, target: Buffer, start: number): number {
  return writeText(source, from, stop, target, start + BINARY_INTRODUCER.copy(target, start));
}

/** What stands before the digits of a `hex` column's literals. */
export function hexPrefix(column: EncodedColumn): Buffer {
  return Buffer.from(column.introducer === undefined ? '0x' : `${column.introducer} 0x`);
}

export function writeHex(
  source: Buffer,
  from: number,
  stop: number,
  target: Buffer,
  start: number,
  prefix: Buffer,
): number {
  let to = start;
  if (from === stop) {
    target[to++] = QUOTE;
    target[to++] = QUOTE;
    return to;
  }
  to += prefix.copy(target, to);
  for (let at = from; at < stop; at++) {
    const byte = source[at];
    target[to++] = HEX_DIGITS[byte >> 4];
    target[to++] = HEX_DIGITS[byte & 15];
  }
  return to;
}
