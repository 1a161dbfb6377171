import { DocumentWriter } from './document-writer.js';
import {
  CLOSE,
  COMMA,
  hexPrefix,
  MINUS,
  OPEN,
  QUOTE,
  writeBinary,
  writeBytes,
  writeHex,
  writeNull,
  writePlain,
  writeText,
  ZERO,
  type EncodedColumn,
  type LiteralKind,
  type RowFormat,
} from './literals.js';
import { longSize, sizeBytes } from './text-rows.js';

/** Types of the protocol whose values are not length-encoded strings, by their numbers. */
const WIRE = {
  tiny: 1,
  short: 2,
  long: 3,
  float: 4,
  double: 5,
  timestamp: 7,
  longLong: 8,
  int24: 9,
  date: 10,
  time: 11,
  dateTime: 12,
  year: 13,
} as const;

const UNSIGNED_FLAG = 32;

const TINY = 0;
const SHORT = 1;
const LONG = 2;
const LONG_LONG = 3;
const FLOAT = 4;
const DOUBLE = 5;
const DATE = 6;
const DATE_TIME = 7;
const TIME = 8;
const NUMBER = 9;
const PLAIN = 10;
const TEXT = 11;
const BINARY = 12;
const HEX = 13;
const JSON_DOCUMENT = 14;

const FIXED: ReadonlyMap<number, number> = new Map([
  [WIRE.tiny, TINY],
  [WIRE.short, SHORT],
  [WIRE.year, SHORT],
  [WIRE.long, LONG],
  [WIRE.int24, LONG],
  [WIRE.longLong, LONG_LONG],
  [WIRE.float, FLOAT],
  [WIRE.double, DOUBLE],
  [WIRE.date, DATE],
  [WIRE.dateTime, DATE_TIME],
  [WIRE.timestamp, DATE_TIME],
  [WIRE.time, TIME],
]);

const STRINGS: Readonly<Record<LiteralKind, number>> = {
  number: NUMBER,
  double: NUMBER,
  plain: PLAIN,
  text: TEXT,
  binary: BINARY,
  hex: HEX,
  json: JSON_DOCUMENT,
};

/**
 * Rows of the binary protocol, which prepared statements answer with: numbers and times as they are stored. Writing a
 * FLOAT or DOUBLE in decimal costs the server three times what it costs here (measured), and FLOAT keeps every bit.
 *
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html
 */
export class BinaryRows implements RowFormat {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly documents = new DocumentWriter();
  /** How each column is read and written; known when its definition has come. */
  private readonly kinds: Uint8Array;
  private readonly isUnsigned: Uint8Array;
  /** Digits of a time's fraction. */
  private readonly digits: Uint8Array;
  private readonly prefixes: readonly Buffer[];
  private defined = 0;

  constructor(private readonly columns: readonly EncodedColumn[]) {
    this.kinds = new Uint8Array(columns.length);
    this.isUnsigned = new Uint8Array(columns.length);
    this.digits = new Uint8Array(columns.length);
    this.prefixes = columns.map(hexPrefix);
    this.starts = new Int32Array(columns.length);
    this.ends = new Int32Array(columns.length);
  }

  /** A definition ends with type, flags, decimals and two bytes of nothing. */
  column(source: Buffer, _offset: number, end: number): void {
    const index = this.defined % this.columns.length;
    this.kinds[index] = FIXED.get(source[end - 6]) ?? STRINGS[this.columns[index].kind];
    this.isUnsigned[index] = (source.readUInt16LE(end - 5) & UNSIGNED_FLAG) === 0 ? 0 : 1;
    this.digits[index] = Math.min(source[end - 3], 6);
    this.defined += 1;
  }

  /** The hot loop: one pass over the packet, everything in locals. */
  write(source: Buffer, offset: number, target: Buffer, start: number): number {
    const { kinds, starts, ends, isUnsigned } = this;
    const count = kinds.length;
    // a zero byte, then a bit a column for NULL, of which the first two are spare
    const nulls = offset + 1;
    let at = nulls + ((count + 9) >> 3);
    let to = start;
    target[to++] = OPEN;
    for (let column = 0; column < count; column++) {
      if (column > 0) {
        target[to++] = COMMA;
      }
      starts[column] = to - start;
      if ((source[nulls + ((column + 2) >> 3)] & (1 << ((column + 2) & 7))) !== 0) {
        to = writeNull(target, to);
        ends[column] = to - start;
        continue;
      }
      const kind = kinds[column];
      switch (kind) {
        case TINY: {
          const byte = source[at++];
          to = writeInteger(isUnsigned[column] === 0 ? (byte << 24) >> 24 : byte, target, to);
          break;
        }
        case SHORT: {
          const word = source[at] | (source[at + 1] << 8);
          to = writeInteger(isUnsigned[column] === 0 ? (word << 16) >> 16 : word, target, to);
          at += 2;
          break;
        }
        case LONG: {
          const long = source[at] | (source[at + 1] << 8) | (source[at + 2] << 16) | (source[at + 3] << 24);
          to = writeInteger(isUnsigned[column] === 0 ? long : long >>> 0, target, to);
          at += 4;
          break;
        }
        case LONG_LONG:
          to = writeLongLong(source, at, isUnsigned[column] !== 0, target, to);
          at += 8;
          break;
        case FLOAT:
          to = writeDouble(source.readFloatLE(at), target, to);
          at += 4;
          break;
        case DOUBLE:
          to = writeDouble(source.readDoubleLE(at), target, to);
          at += 8;
          break;
        case DATE:
          to = writeDate(source, at, target, to);
          at += 1 + source[at];
          break;
        case DATE_TIME:
          to = writeDateTime(source, at, this.digits[column], target, to);
          at += 1 + source[at];
          break;
        case TIME:
          to = writeTime(source, at, this.digits[column], target, to);
          at += 1 + source[at];
          break;
        default: {
          let size = source[at++];
          if (size > 0xfb) {
            size = longSize(source, at, size);
            at += sizeBytes(source[at - 1]);
          }
          const stop = at + size;
          to = this.string(kind, column, source, at, stop, target, to);
          at = stop;
        }
      }
      ends[column] = to - start;
    }
    target[to++] = CLOSE;
    return to;
  }

  private string(
    kind: number,
    column: number,
    source: Buffer,
    at: number,
    stop: number,
    target: Buffer,
    to: number,
  ): number {
    switch (kind) {
      case TEXT:
        return writeText(source, at, stop, target, to);
      case NUMBER:
        return writeBytes(source, at, stop, target, to);
      case BINARY:
        return writeBinary(source, at, stop, target, to);
      case PLAIN:
        return writePlain(source, at, stop, target, to);
      case JSON_DOCUMENT:
        return this.documents.write(source, at, stop, target, to);
      default:
        return writeHex(source, at, stop, target, to, this.prefixes[column]);
    }
  }
}

/** An integer of at most 53 bits. */
function writeInteger(value: number, target: Buffer, start: number): number {
  let to = start;
  let rest = value;
  if (rest < 0) {
    target[to++] = MINUS;
    rest = -rest;
  }
  let power = 10;
  let length = 1;
  while (power <= rest) {
    power *= 10;
    length += 1;
  }
  const end = to + length;
  for (let place = end - 1; place >= to; place--) {
    const next = Math.floor(rest / 10);
    target[place] = ZERO + (rest - next * 10);
    rest = next;
  }
  return end;
}

const TWO_TO_32 = 0x1_0000_0000;

function writeLongLong(source: Buffer, at: number, isUnsigned: boolean, target: Buffer, start: number): number {
  const low = source.readUInt32LE(at);
  const high = isUnsigned ? source.readUInt32LE(at + 4) : source.readInt32LE(at + 4);
  const value = high * TWO_TO_32 + low;
  return Number.isSafeInteger(value)
    ? writeInteger(value, target, start)
    : writeAscii((BigInt(high) * BigInt(TWO_TO_32) + BigInt(low)).toString(), target, start);
}

/**
 * The shortest digits that give the same DOUBLE again. Negative zero alone would be the integer 0. They come from
 * `JSON.stringify`, as V8 keeps what `String` makes of the last thousands of numbers, until much of it is garbage that has
 * grown old. No server stores what JSON does not know, infinities and NaN.
 */
function writeDouble(value: number, target: Buffer, start: number): number {
  return writeAscii(value === 0 && Object.is(value, -0) ? '-0e0' : JSON.stringify(value), target, start);
}

function writeAscii(text: string, target: Buffer, start: number): number {
  for (let index = 0; index < text.length; index++) {
    target[start + index] = text.charCodeAt(index);
  }
  return start + text.length;
}

function writeTwoDigits(value: number, target: Buffer, at: number): void {
  const tens = (value * 103) >> 10;
  target[at] = ZERO + tens;
  target[at + 1] = ZERO + (value - tens * 10);
}

const DASH = 0x2d;
const COLON = 0x3a;
const SPACE = 0x20;
const DOT = 0x2e;

/** Length, then year, month and day; nothing follows the length of a zero date. */
function writeDate(source: Buffer, at: number, target: Buffer, start: number): number {
  target[start] = QUOTE;
  const to = writeDay(source, at, target, start + 1);
  target[to] = QUOTE;
  return to + 1;
}

function writeDay(source: Buffer, at: number, target: Buffer, to: number): number {
  const hasDay = source[at] >= 4;
  const year = hasDay ? source[at + 1] | (source[at + 2] << 8) : 0;
  const century = Math.floor(year / 100);
  writeTwoDigits(century, target, to);
  writeTwoDigits(year - century * 100, target, to + 2);
  target[to + 4] = DASH;
  writeTwoDigits(hasDay ? source[at + 3] : 0, target, to + 5);
  target[to + 7] = DASH;
  writeTwoDigits(hasDay ? source[at + 4] : 0, target, to + 8);
  return to + 10;
}

/** As a date; hour, minute and second may follow, and microseconds after those. */
function writeDateTime(source: Buffer, at: number, digits: number, target: Buffer, start: number): number {
  target[start] = QUOTE;
  let to = writeDay(source, at, target, start + 1);
  target[to++] = SPACE;
  const size = source[at];
  const clock = at + 5;
  to = size >= 7 ? writeClock(source, clock, source[clock], target, to) : writeMidnight(target, to);
  to = writeFraction(size >= 11 ? source.readUInt32LE(clock + 3) : 0, digits, target, to);
  target[to] = QUOTE;
  return to + 1;
}

/** Length, sign, days, hours, minutes, seconds; microseconds may follow. Nothing follows the length of zero. */
function writeTime(source: Buffer, at: number, digits: number, target: Buffer, start: number): number {
  const size = source[at];
  let to = start;
  target[to++] = QUOTE;
  if (size >= 8) {
    if (source[at + 1] !== 0) {
      target[to++] = MINUS;
    }
    const hours = source.readUInt32LE(at + 2) * 24 + source[at + 6];
    to = writeClock(source, at + 6, hours, target, to);
  } else {
    to = writeMidnight(target, to);
  }
  to = writeFraction(size >= 12 ? source.readUInt32LE(at + 9) : 0, digits, target, to);
  target[to] = QUOTE;
  return to + 1;
}

function writeClock(source: Buffer, at: number, hours: number, target: Buffer, start: number): number {
  let to = start;
  if (hours < 100) {
    writeTwoDigits(hours, target, to);
    to += 2;
  } else {
    to = writeInteger(hours, target, to);
  }
  target[to] = COLON;
  writeTwoDigits(source[at + 1], target, to + 1);
  target[to + 3] = COLON;
  writeTwoDigits(source[at + 2], target, to + 4);
  return to + 6;
}

function writeMidnight(target: Buffer, to: number): number {
  return writeAscii('00:00:00', target, to);
}

function writeFraction(microseconds: number, digits: number, target: Buffer, start: number): number {
  if (digits === 0) {
    return start;
  }
  target[start] = DOT;
  let rest = microseconds;
  for (let place = 6; place >= 1; place--) {
    const next = Math.floor(rest / 10);
    if (place <= digits) {
      target[start + place] = ZERO + (rest - next * 10);
    }
    rest = next;
  }
  return start + 1 + digits;
}
