import { DocumentWriter } from './document-writer.js';
import {
  CLOSE,
  COMMA,
  hexPrefix,
  OPEN,
  writeBinary,
  writeBytes,
  writeHex,
  writeNull,
  writePlain,
  writeText,
  type EncodedColumn,
  type LiteralKind,
  type RowFormat,
} from './literals.js';

const NUMBER = 0;
const PLAIN = 1;
const TEXT = 2;
const BINARY = 3;
const HEX = 4;
const JSON_DOCUMENT = 5;

const KINDS: Readonly<Record<LiteralKind, number>> = {
  number: NUMBER,
  double: NUMBER,
  plain: PLAIN,
  text: TEXT,
  binary: BINARY,
  hex: HEX,
  json: JSON_DOCUMENT,
};

const NULL_MARK = 0xfb;

/**
 * Rows of the text protocol: each value a length-encoded string.
 *
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_row.html
 */
export class TextRows implements RowFormat {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly documents = new DocumentWriter();
  private readonly kinds: Uint8Array;
  private readonly prefixes: readonly Buffer[];

  constructor(columns: readonly EncodedColumn[]) {
    this.kinds = Uint8Array.from(columns, (column) => KINDS[column.kind]);
    this.prefixes = columns.map(hexPrefix);
    this.starts = new Int32Array(columns.length);
    this.ends = new Int32Array(columns.length);
  }

  column(): void {
    // what is selected is known
  }

  /** The hot loop: one pass over the packet, everything in locals. */
  write(source: Buffer, offset: number, target: Buffer, start: number): number {
    const { kinds, starts, ends } = this;
    const count = kinds.length;
    let at = offset;
    let to = start;
    target[to++] = OPEN;
    for (let column = 0; column < count; column++) {
      if (column > 0) {
        target[to++] = COMMA;
      }
      starts[column] = to - start;
      let size = source[at++];
      if (size === NULL_MARK) {
        to = writeNull(target, to);
      } else {
        if (size > NULL_MARK) {
          size = longSize(source, at, size);
          at += sizeBytes(source[at - 1]);
        }
        const stop = at + size;
        switch (kinds[column]) {
          case NUMBER:
            to = writeBytes(source, at, stop, target, to);
            break;
          case PLAIN:
            to = writePlain(source, at, stop, target, to);
            break;
          case HEX:
            to = writeHex(source, at, stop, target, to, this.prefixes[column]);
            break;
          case BINARY:
            to = writeBinary(source, at, stop, target, to);
            break;
          case JSON_DOCUMENT:
            to = this.documents.write(source, at, stop, target, to);
            break;
          default:
            to = writeText(source, at, stop, target, to);
        }
        at = stop;
      }
      ends[column] = to - start;
    }
    target[to++] = CLOSE;
    return to;
  }
}

/** The first values of a row that are not NULL, as text. */
export function textValues(source: Buffer, offset: number, count: number): string[] {
  const values: string[] = [];
  let at = offset;
  while (values.length < count) {
    let size = source[at++];
    if (size > NULL_MARK) {
      const first = size;
      size = longSize(source, at, first);
      at += sizeBytes(first);
    }
    values.push(source.toString('utf8', at, at + size));
    at += size;
  }
  return values;
}

/** A length that does not fit in its first byte, which says how many bytes follow. */
export function longSize(source: Buffer, at: number, first: number): number {
  if (first === 0xfc) {
    return source[at] | (source[at + 1] << 8);
  }
  if (first === 0xfd) {
    return source[at] | (source[at + 1] << 8) | (source[at + 2] << 16);
  }
  return source.readUInt32LE(at) + source.readUInt32LE(at + 4) * 0x1_0000_0000;
}

/** How many bytes of length follow this first one. */
export function sizeBytes(first: number): number {
  return first === 0xfc ? 2 : first === 0xfd ? 3 : 8;
}
