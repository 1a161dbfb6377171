import type { EncodedColumn, LiteralKind } from './literals.js';
import { RowEncoder } from './row-encoder.js';
import { TextRows } from './text-rows.js';

const HEADER = 'INSERT INTO `t` (`a`) VALUES\n';

type Value = string | Buffer | null;

/** A row packet of the text protocol. https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_dt_strings.html */
function packet(values: readonly Value[]): Buffer {
  return Buffer.concat(
    values.map((value) => {
      if (value === null) return Buffer.from([0xfb]);
      const bytes = Buffer.from(value);
      const { length } = bytes;
      const prefix =
        length < 0xfb
          ? [length]
          : length < 0x1_0000
            ? [0xfc, length & 0xff, length >> 8]
            : length < 0x100_0000
              ? [0xfd, length & 0xff, (length >> 8) & 0xff, length >> 16]
              : [0xfe, length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff, length >>> 24, 0, 0, 0, 0];
      return Buffer.concat([Buffer.from(prefix), bytes]);
    }),
  );
}

interface Encoded {
  readonly encoder: RowEncoder;
  readonly statements: Buffer[];
  row(...values: Value[]): void;
}

function encode(columns: readonly EncodedColumn[], statementBytes = 1_000_000): Encoded {
  const statements: Buffer[] = [];
  const encoder = new RowEncoder(columns, new TextRows(columns), Buffer.from(HEADER), statementBytes, (statement) => {
    statements.push(Buffer.from(statement));
  });
  return {
    encoder,
    statements,
    row(...values) {
      // surrounded by bytes of other packets, which are none of its business
      const bytes = Buffer.concat([Buffer.from("'\\\n"), packet(values), Buffer.from('\xff\xff', 'latin1')]);
      encoder.row(bytes, 3, bytes.length - 2);
    },
  };
}

const column = (kind: LiteralKind, more: Partial<EncodedColumn> = {}): EncodedColumn => ({
  kind,
  isKey: false,
  ...more,
});

/** The literal that a value becomes. */
function literal(value: Value, kind: LiteralKind, introducer?: string): string {
  const { encoder, statements, row } = encode([column(kind, { introducer })]);
  row(value);
  encoder.finishStatement();
  const text = statements[0].toString('latin1');
  expect(text.startsWith(`${HEADER}(`)).toBe(true);
  expect(text.endsWith(');\n')).toBe(true);
  return text.slice(HEADER.length + 1, -3);
}

describe('RowEncoder', () => {
  it.each<[string, LiteralKind, Value, string]>([
    ['digits as they are', 'number', '-12.50', '-12.50'],
    ['a date', 'plain', '0000-00-00', "'0000-00-00'"],
    ['plain text', 'text', 'lamp', "'lamp'"],
    ['the empty string', 'text', '', "''"],
    ['the word NULL', 'text', 'NULL', "'NULL'"],
    ['a quote', 'text', "it's", "'it\\'s'"],
    ['double quotes, backticks and percent signs as they are', 'text', '"`%_', "'\"`%_'"],
    ['a backslash', 'text', '\\', "'\\\\'"],
    ['a line feed and a carriage return', 'text', 'a\r\nb', "'a\\r\\nb'"],
    ['NUL and Ctrl-Z', 'text', 'a\0b\x1a', "'a\\0b\\Z'"],
    ['what ends a statement', 'text', ';\n(', "';\\n('"],
    ['a comment’s end', 'text', '*/ -- #', "'*/ -- #'"],
    ['bytes', 'binary', Buffer.from([0, 0x27, 0x5c, 0xff, 0x0a]), "_binary'\\0\\'\\\\\xff\\n'"],
    ['no bytes', 'binary', Buffer.alloc(0), "_binary''"],
    ['bits', 'hex', Buffer.from([0x01, 0xff]), '0x01FF'],
    ['no bits', 'hex', Buffer.alloc(0), "''"],
  ])('writes %s', (_, kind, value, expected) => {
    expect(literal(value, kind)).toBe(expected);
  });

  it('keeps text in UTF-8 byte for byte', () => {
    const text = 'żółć 表 🎉';
    expect(Buffer.from(literal(text, 'text'), 'latin1').toString()).toBe(`'${text}'`);
  });

  it('writes a character set before hexadecimal text', () => {
    expect(literal(Buffer.from([0x83, 0x5c]), 'hex', '_sjis')).toBe('_sjis 0x835C');
    expect(literal(Buffer.alloc(0), 'hex', '_sjis')).toBe("''");
  });

  it.each<LiteralKind>(['number', 'plain', 'text', 'binary', 'hex'])('writes NULL for a NULL %s', (kind) => {
    expect(literal(null, kind)).toBe('NULL');
  });

  it.each([0, 1, 250, 251, 252, 65_535, 65_536, 16_777_215, 16_777_216])(
    'reads a value of %d bytes whole',
    (length) => {
      expect(literal('x'.repeat(length), 'text')).toHaveLength(length + 2);
      expect(literal(Buffer.alloc(length, "'"), 'text')).toHaveLength(length * 2 + 2);
    },
  );

  it('puts each row on a line of its own, values in order', () => {
    const { encoder, statements, row } = encode([column('number'), column('text'), column('text')]);
    row('1', 'a', null);
    row('2', null, '');
    encoder.finishStatement();
    expect(statements.map(String)).toEqual([`${HEADER}(1,'a',NULL),\n(2,NULL,'');\n`]);
    expect(encoder).toMatchObject({ rows: 2, statements: 1, longestStatement: statements[0].length });
  });

  it('starts a new statement before the row that would make one too long', () => {
    const { encoder, statements, row } = encode([column('text')], HEADER.length + 30);
    for (const value of ['aaaaaaaa', 'bbbbbbbb', 'cccccccc', 'd']) row(value);
    encoder.finishStatement();
    expect(statements.map(String)).toEqual([
      `${HEADER}('aaaaaaaa'),\n('bbbbbbbb');\n`,
      `${HEADER}('cccccccc'),\n('d');\n`,
    ]);
    expect(encoder.longestRow).toBe(`${HEADER}('aaaaaaaa');\n`.length);
  });

  it('gives a row beyond the limit a statement to itself', () => {
    const { encoder, statements, row } = encode([column('text')], HEADER.length + 30);
    const long = 'x'.repeat(500_000);
    for (const value of ['a', long, 'b']) row(value);
    encoder.finishStatement();
    expect(statements.map(String)).toEqual([`${HEADER}('a');\n`, `${HEADER}('${long}');\n`, `${HEADER}('b');\n`]);
    expect(encoder).toMatchObject({ longestStatement: statements[1].length, longestRow: statements[1].length });
  });

  it('has nothing to finish when there were no rows', () => {
    const { encoder, statements } = encode([column('text')]);
    encoder.finishStatement();
    encoder.finishStatement();
    expect(statements).toEqual([]);
    expect(encoder).toMatchObject({ rows: 0, statements: 0, longestStatement: 0, longestRow: 0 });
  });

  it('counts from nothing again after a reset', () => {
    const { encoder, row } = encode([column('text')]);
    row('a');
    encoder.finishStatement();
    encoder.reset();
    expect(encoder).toMatchObject({ rows: 0, statements: 0, longestStatement: 0, longestRow: 0 });
    row('b');
    expect(encoder.rows).toBe(1);
  });

  it('knows the key of the last row, also of one that was moved to a new statement', () => {
    const columns = [column('text', { isKey: true }), column('text'), column('number', { isKey: true })];
    const { encoder, row } = encode(columns, HEADER.length + 40);
    row("it's", 'x', '1');
    expect(encoder.lastKey()).toEqual(["'it\\'s'", '1']);
    row('żółć', 'y'.repeat(30), '-2');
    expect(encoder.lastKey()).toEqual(["'żółć'", '-2']);
    row('c', 'z', '3');
    expect(encoder.lastKey()).toEqual(["'c'", '3']);
    expect(encoder.statements).toBe(2);
  });
});
