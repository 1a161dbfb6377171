import { insert, quoteName, quoteText, sequenceNumbers, type Numbers } from './fidelity-session.js';

/** Text that breaks careless writers of SQL. */
export const HARD_TEXT: readonly string[] = [
  '',
  ' ',
  ' leading and trailing ',
  "it's",
  '"double"',
  '`back`',
  '\\',
  "\\'",
  '\\\\n',
  'line\nfeed',
  'return\r\nfeed',
  '\t\b\x1a\0nul',
  ';\n',
  "');\nDROP TABLE x;\n(",
  ';\n(1),\n(2);\n',
  '/* comment */ -- comment\n# comment',
  'DELIMITER ;;\n',
  '%s $1 ${x} {{x}}',
  'NULL',
  '0x41',
  "_binary'x'",
  'zażółć gęślą jaźń',
  'Ελληνικά Кириллица עברית العربية',
  'हिन्दी ไทย 日本語 한국어 中文',
  'e\u0301 \u00e9 \u200b\u200d\ufeff',
  '😀👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿 𝒳',
  '\ud7ff\ue000\uffff',
];

/** A letter of each character set that ASCII does not have, with a byte that looks like `\`, `|` or `@` where there is one. */
export const CHARACTER_SETS: Readonly<Record<string, string>> = {
  ascii: 'b',
  latin1: 'é€',
  latin2: 'Ł',
  latin5: 'ğ',
  latin7: 'ž',
  cp1250: 'Ř',
  cp1251: 'Ж',
  cp1256: 'پ',
  cp1257: 'ų',
  cp850: 'ß',
  cp852: 'ő',
  cp866: 'Я',
  koi8r: 'ъ',
  koi8u: 'ї',
  greek: 'Ω',
  hebrew: 'ש',
  tis620: 'ไ',
  armscii8: 'Ա',
  geostd8: 'ა',
  macroman: 'ø',
  macce: 'ť',
  keybcs2: 'š',
  dec8: 'ñ',
  hp8: 'ñ',
  swe7: 'å',
  sjis: '表ソ',
  cp932: '表①',
  ujis: '表',
  eucjpms: '①',
  big5: '功許',
  gbk: '誠乗',
  gb2312: '中',
  euckr: '한',
  ucs2: '表',
  utf16: 'Ω',
  utf16le: 'Ω',
  utf32: 'Ω',
  utf8mb3: '表',
};

/** Bytes of every character, where that is always the same and more than one. */
export const FIXED_WIDTH: Readonly<Partial<Record<string, number>>> = { ucs2: 2, utf16: 2, utf16le: 2, utf32: 4 };

/** Tables with every string type and character set, and the values that are hard to carry. */
export function stringTables(): string[] {
  return [
    ...textTypes(),
    ...Object.entries(CHARACTER_SETS).flatMap(([name, letter]) => characterSet(name, letter)),
    ...binaryTable(sequenceNumbers, ['z blob COMPRESSED']),
    ...memberTables(sequenceNumbers),
    ...largeRows(15),
  ];
}

function textTypes(): string[] {
  const values = HARD_TEXT.map((text, index) => {
    const literal = quoteText(text);
    const short = quoteText(Array.from(text).slice(0, 12).join(''));
    return [String(index), short, literal, literal, literal, literal, literal, short, literal];
  });
  return [
    `CREATE TABLE texts (id int PRIMARY KEY, c char(12), v varchar(200) NOT NULL, t tinytext, x text, m mediumtext,
      l longtext, n national varchar(12), z text COMPRESSED) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_as_cs`,
    insert(
      'texts',
      // NATIONAL is utf8mb3
      values.map((row) =>
        row.map((value, column) => (column === 7 ? value.replace(/[\u{10000}-\u{10ffff}]/gu, '?') : value)),
      ),
    ),
    "INSERT INTO texts VALUES (-1, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL)",
  ];
}

/** Every character of one or two bytes of a character set. */
function characterSet(name: string, letter: string): string[] {
  const width = FIXED_WIDTH[name];
  return characterSetTable(
    name,
    letter,
    width === undefined
      ? ['SELECT seq, CHAR(seq USING binary) FROM seq_0_to_255', twoBytes([0x40, 0x5c, 0x7c, 0x80, 0xa1, 0xfc])]
      : [`SELECT seq, UNHEX(LPAD(HEX(seq), ${width * 2}, '0')) FROM seq_0_to_65535 WHERE seq % 61 = 0 OR seq < 384`],
  );
}

/**
 * A table with every string type in one character set.
 *
 * @param characters queries that give a number and the bytes of characters
 */
export function characterSetTable(name: string, letter: string, characters: readonly string[]): string[] {
  const table = quoteName(`charset_${name}`);
  const type = `CHARACTER SET ${name}`;
  return [
    `CREATE TABLE ${table} (id int PRIMARY KEY, v varchar(4) ${type}, t text ${type}, c char(4) ${type} DEFAULT 'x',
      e enum('a','${letter}','') ${type}, s set('a','${letter}') ${type}, k varchar(20) ${type} NOT NULL DEFAULT '', KEY (k))`,
    ...characters.map((select) => `INSERT IGNORE INTO ${table} (id, v) ${select}`),
    `UPDATE IGNORE ${table} SET t = v, c = v, k = v, e = id % 4, s = id % 4`,
    `INSERT INTO ${table} VALUES (-1, NULL, NULL, NULL, NULL, NULL, ''), (-2, '', '', '', '${letter}', 'a,${letter}', '${letter}')`,
  ];
}

function twoBytes(trails: readonly number[]): string {
  const list = trails.map((trail) => `SELECT ${trail} AS trail`).join(' UNION ALL ');
  return `SELECT seq * 256 + trail, CHAR(seq * 256 + trail USING binary) FROM seq_128_to_255, (${list}) AS trails`;
}

/**
 * A table with every binary type.
 *
 * @param further more columns that take any bytes
 */
export function binaryTable(numbers: Numbers, further: readonly string[]): string[] {
  const all = Buffer.from(Array.from({ length: 256 }, (_, index) => index)).toString('hex');
  const values = [
    '',
    '00',
    '20',
    '000000',
    '2020',
    'c328',
    'eda080',
    'f0288cbc',
    'ff',
    'fe',
    '273b0a',
    '5c',
    '5c27',
    '0a28',
    '1a0d0a',
    all,
  ];
  return [
    `CREATE TABLE binaries (${['id int PRIMARY KEY, b binary(255), v varbinary(512), t tinyblob, x blob, m mediumblob', 'l longblob, one binary, s varchar(10) CHARACTER SET binary', ...further].join(', ')})`,
    insert(
      'binaries',
      values.map((hex, index) => {
        const [literal, short] = [`x'${hex}'`, `x'${hex.slice(0, 20)}'`];
        const fits = `x'${hex.slice(0, 510)}'`;
        const one = `x'${hex.slice(0, 2)}'`;
        return [
          String(index),
          fits,
          literal,
          fits,
          literal,
          literal,
          literal,
          one,
          short,
          ...further.map(() => literal),
        ];
      }),
    ),
    `INSERT INTO binaries (id, b, v, t, x, m, l, one) SELECT 1000 + seq, CHAR(seq), CONCAT(CHAR(seq), ';\\n('), CONCAT(CHAR(seq), '\\''), CONCAT('\\\\', CHAR(seq)), NULL, REPEAT(CHAR(seq), 300), CHAR(seq) FROM ${numbers(0, 255)}`,
  ];
}

/** Tables with ENUM and SET columns. */
export function memberTables(numbers: Numbers): string[] {
  const flags = Array.from({ length: 64 }, (_, index) => `'f${index}'`).join(',');
  return [
    `CREATE TABLE enums (id int PRIMARY KEY, plain enum('b','a','2','1','it''s','a;\\nb','\\\\','"','zażółć'),
      with_empty enum('','a') NOT NULL, empty_last enum('a','') CHARACTER SET cp1251, only_empty enum(''),
      like_empty enum('a,'',b'), like_number enum('3','0','1')) DEFAULT CHARSET=utf8mb4`,
    `INSERT IGNORE INTO enums SELECT seq, seq, seq % 3, seq % 3, seq % 2, seq % 2, seq % 4 FROM ${numbers(0, 9)}`,
    'INSERT INTO enums VALUES (100, NULL, 1, NULL, NULL, NULL, NULL)',
    `CREATE TABLE sets (id int PRIMARY KEY, plain set('a','b','it''s','\\\\','zażółć'), with_empty set('','a','b') NOT NULL,
      longest set(${flags}), foreign_longest set(${flags}) CHARACTER SET cp1251) DEFAULT CHARSET=utf8mb4`,
    `INSERT INTO sets SELECT seq, seq, seq % 8, 1 << seq, 1 << seq FROM ${numbers(0, 31)}`,
    `INSERT INTO sets SELECT seq, NULL, 0, 1 << seq, 1 << seq FROM ${numbers(32, 63)}`,
    'INSERT INTO sets VALUES (100, 31, 7, 18446744073709551615, 18446744073709551615), (101, NULL, 0, 0, NULL)',
  ];
}

/** @param mebibytes of all byte values in one row, which with escapes must stay below max_allowed_packet */
export function largeRows(mebibytes: number): string[] {
  const all = Buffer.from(Array.from({ length: 256 }, (_, index) => index)).toString('hex');
  return [
    'CREATE TABLE large_rows (id int PRIMARY KEY, title varchar(20), body longtext CHARACTER SET utf8mb4, raw longblob)',
    `INSERT INTO large_rows VALUES (1, '${mebibytes} MiB', NULL, REPEAT(UNHEX('${all}'), ${mebibytes * 4096}))`,
    "INSERT INTO large_rows VALUES (2, '3 MB', REPEAT('zażółć; 日本語\\n', 130000), 'x'), (3, 'small', 'y', NULL)",
  ];
}
