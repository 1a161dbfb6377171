import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

const LINE_FEED = 0x0a;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const QUOTE = 0x27;
const BACKSLASH = 0x5c;
const OPEN = 0x28;
const CLOSE = 0x29;
const WORDS = 8;

/** What a backslash stands for before each of these; others stand for themselves. */
const UNESCAPED: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['n', '\n'],
  ['r', '\r'],
  ['Z', '\x1a'],
]);

/**
 * The sum of the SHA-256 of all rows, modulo 2^256: the same rows in any order and any division into statements have the
 * same one. Rows that are there twice count twice.
 */
export class RowSum {
  rows = 0;
  private readonly words = new Uint32Array(WORDS);

  /**
   * @param header how each statement starts
   * @param jsonColumns places of the columns whose values are compared by what they say, not how it is written
   */
  constructor(
    private readonly header: Buffer,
    private readonly jsonColumns: ReadonlySet<number>,
  ) {}

  /** Adds the rows of an INSERT statement, one a line, with or without its terminator. */
  add(statement: Buffer): void {
    let start = this.header.length;
    while (start < statement.length) {
      const feed = statement.indexOf(LINE_FEED, start);
      const lineEnd = feed === -1 ? statement.length : feed;
      let end = lineEnd;
      while (end > start && (statement[end - 1] === COMMA || statement[end - 1] === SEMICOLON)) {
        end -= 1;
      }
      this.addRow(statement.subarray(start, end));
      start = lineEnd + 1;
    }
  }

  /** 64 hexadecimal digits. */
  digest(): string {
    return Array.from(this.words, (word) => word.toString(16).padStart(8, '0')).join('');
  }

  private addRow(row: Buffer): void {
    const content = this.jsonColumns.size === 0 ? row : this.withCanonicalJson(row);
    const digest = hash('sha256', content, 'buffer');
    let carry = 0;
    for (let word = WORDS - 1; word >= 0; word -= 1) {
      const sum = this.words[word] + digest.readUInt32BE(word * 4) + carry;
      this.words[word] = sum >>> 0;
      carry = sum > 0xffff_ffff ? 1 : 0;
    }
    this.rows += 1;
  }

  private withCanonicalJson(row: Buffer): Buffer {
    const parts = literals(row).map((literal, column) =>
      this.jsonColumns.has(column) && literal[0] === QUOTE
        ? Buffer.from(JSON.stringify(canonicalJson(unquote(literal))))
        : literal,
    );
    return Buffer.concat(parts.flatMap((part) => [part, Buffer.from([COMMA])]));
  }
}

/** The literals of a row in parentheses. */
export function literals(row: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let start = row[0] === OPEN ? 1 : 0;
  let isQuoted = false;
  for (let at = start; at < row.length; at += 1) {
    const byte = row[at];
    if (isQuoted && byte === BACKSLASH) {
      at += 1;
    } else if (byte === QUOTE) {
      isQuoted = !isQuoted;
    } else if (!isQuoted && (byte === COMMA || byte === CLOSE)) {
      found.push(row.subarray(start, at));
      start = at + 1;
    }
  }
  return found;
}

function unquote(literal: Buffer): string {
  return literal
    .toString('utf8', 1, literal.length - 1)
    .replaceAll(/\\(.)/gs, (_, character: string) => UNESCAPED.get(character) ?? character);
}

/** Rows and their sum. */
export interface SummedRows {
  readonly rows: number;
  readonly sum: string;
}

export const NO_ROWS: SummedRows = { rows: 0, sum: '0'.repeat(64) };

export function addSums(a: SummedRows, b: SummedRows): SummedRows {
  const sum = BigInt.asUintN(256, BigInt(`0x${a.sum}`) + BigInt(`0x${b.sum}`));
  return { rows: a.rows + b.rows, sum: sum.toString(16).padStart(64, '0') };
}
