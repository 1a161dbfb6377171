import { CHARACTER_SETS, HARD_TEXT } from './fidelity-strings.js';
import { insert, quoteName, quoteText } from './fidelity-session.js';

const FIXED_WIDTH: Readonly<Partial<Record<string, number>>> = { ucs2: 2, utf16: 2, utf16le: 2, utf32: 4 };

/** Tables with MySQL's string types, character sets and collations. They read the table `numbers`. */
export function mysqlStrings(): string[] {
  return [
    ...textTypes(),
    ...Object.entries({ ...CHARACTER_SETS, gb18030: '表' }).flatMap(([name, letter]) => characterSet(name, letter)),
    ...binaryTypes(),
    ...large(),
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

/** Every character of one or two bytes of a character set. */
function characterSet(name: string, letter: string): string[] {
  const table = quoteName(`charset_${name}`);
  const width = FIXED_WIDTH[name];
  const type = `CHARACTER SET ${name}`;
  const bytes =
    width === undefined
      ? [
          'SELECT seq, CHAR(seq USING binary) FROM numbers WHERE seq < 256',
          twoBytes([0x40, 0x5c, 0x7c, 0x80, 0xa1, 0xfc]),
        ]
      : [
          `SELECT seq * 47, UNHEX(LPAD(HEX(seq * 47), ${width * 2}, '0')) FROM numbers`,
          `SELECT 100000 + seq, UNHEX(LPAD(HEX(seq), ${width * 2}, '0')) FROM numbers WHERE seq < 384`,
        ];
  return [
    `CREATE TABLE ${table} (id int PRIMARY KEY, v varchar(4) ${type}, t text ${type}, c char(4) ${type} DEFAULT 'x',
      e enum('a','${letter}','') ${type}, s set('a','${letter}') ${type}, k varchar(20) ${type} NOT NULL DEFAULT '', KEY (k))`,
    ...bytes.map((select) => `INSERT IGNORE INTO ${table} (id, v) ${select}`),
    `UPDATE IGNORE ${table} SET t = v, c = v, k = v, e = id % 4, s = id % 4`,
    `INSERT INTO ${table} VALUES (-1, NULL, NULL, NULL, NULL, NULL, ''), (-2, '', '', '', '${letter}', 'a,${letter}', '${letter}')`,
  ];
}

function twoBytes(trails: readonly number[]): string {
  const rows = trails.map((trail) => `ROW(${trail})`).join(', ');
  return `SELECT seq * 256 + column_0, CHAR(seq * 256 + column_0 USING binary) FROM numbers, (VALUES ${rows}) AS trails WHERE seq BETWEEN 128 AND 255`;
}

function binaryTypes(): string[] {
  const all = Buffer.from(Array.from({ length: 256 }, (_, index) => index)).toString('hex');
  const values = ['', '00', '20', '000000', '2020', 'c328', 'eda080', 'ff', '273b0a', '5c27', '0a28', '1a0d0a', all];
  return [
    `CREATE TABLE binaries (id int PRIMARY KEY, b binary(255), v varbinary(512), t tinyblob, x blob, m mediumblob,
      l longblob, one binary, s varchar(10) CHARACTER SET binary)`,
    insert(
      'binaries',
      values.map((hex, index) => {
        const [literal, short] = [`x'${hex}'`, `x'${hex.slice(0, 20)}'`];
        const fits = `x'${hex.slice(0, 510)}'`;
        return [String(index), fits, literal, fits, literal, literal, literal, `x'${hex.slice(0, 2)}'`, short];
      }),
    ),
    "INSERT INTO binaries SELECT 1000 + seq, CHAR(seq), CONCAT(CHAR(seq), ';\\n('), CONCAT(CHAR(seq), '\\''), CONCAT('\\\\', CHAR(seq)), NULL, REPEAT(CHAR(seq), 300), CHAR(seq), NULL FROM numbers WHERE seq < 256",
  ];
}

function large(): string[] {
  return [
    'CREATE TABLE large_rows (id int PRIMARY KEY, title varchar(20), body longtext CHARACTER SET utf8mb4, raw longblob)',
    // All byte values, and with escapes still below the usual max_allowed_packet of 64 MiB.
    `INSERT INTO large_rows VALUES (1, '8 MiB', NULL, REPEAT(UNHEX('${Buffer.from(
      Array.from({ length: 256 }, (_, index) => index),
    ).toString('hex')}'), 32768))`,
    "INSERT INTO large_rows VALUES (2, '3 MB', REPEAT('zażółć; 日本語\\n', 130000), 'x'), (3, 'small', 'y', NULL)",
  ];
}
