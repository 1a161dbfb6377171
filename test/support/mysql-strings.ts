import { insert, quoteText } from './fidelity-session.js';
import {
  binaryTable,
  CHARACTER_SETS,
  characterSetTable,
  FIXED_WIDTH,
  HARD_TEXT,
  largeRows,
} from './fidelity-strings.js';
import { tableNumbers } from './mysql-tables.js';

/** Tables with MySQL's string types, character sets and collations. They read the table `numbers`. */
export function mysqlStrings(): string[] {
  return [
    ...textTypes(),
    ...Object.entries({ ...CHARACTER_SETS, gb18030: '表' }).flatMap(([name, letter]) => characterSet(name, letter)),
    ...binaryTable(tableNumbers, []),
    ...largeRows(8),
  ];
}

function textTypes(): string[] {
  const values = HARD_TEXT.map((text, index) => {
    const literal = quoteText(text);
    const short = quoteText(Array.from(text).slice(0, 12).join(''));
    const basic = short.replace(/[\u{10000}-\u{10ffff}]/gu, '?');
    return [String(index), short, literal, literal, literal, literal, literal, basic];
  });
  return [
    `CREATE TABLE texts (id int PRIMARY KEY, c char(12), v varchar(200) NOT NULL COLLATE utf8mb4_0900_as_cs, t tinytext, x text,
      m mediumtext COLLATE utf8mb4_zh_0900_as_cs, l longtext COLLATE utf8mb4_bin, n national varchar(12))
      DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_pl_0900_ai_ci`,
    insert('texts', values),
    "INSERT INTO texts VALUES (-1, NULL, '', NULL, NULL, NULL, NULL, NULL)",
  ];
}

/** Every character of one byte, and many of more. */
function characterSet(name: string, letter: string): string[] {
  const width = FIXED_WIDTH[name];
  return characterSetTable(
    name,
    letter,
    width === undefined
      ? [
          'SELECT seq, CHAR(seq USING binary) FROM numbers WHERE seq < 256',
          twoBytes([0x40, 0x5c, 0x7c, 0x80, 0xa1, 0xfc]),
        ]
      : [
          `SELECT seq * 47, UNHEX(LPAD(HEX(seq * 47), ${width * 2}, '0')) FROM numbers`,
          `SELECT 100000 + seq, UNHEX(LPAD(HEX(seq), ${width * 2}, '0')) FROM numbers WHERE seq < 384`,
        ],
  );
}

function twoBytes(trails: readonly number[]): string {
  const rows = trails.map((trail) => `ROW(${trail})`).join(', ');
  return `SELECT seq * 256 + column_0, CHAR(seq * 256 + column_0 USING binary) FROM numbers, (VALUES ${rows}) AS trails WHERE seq BETWEEN 128 AND 255`;
}
