import { withLegibleLiterals } from './legible-literals.js';

describe('literals that a server shows as the bytes they are made of', () => {
  const shown = (text: string): Buffer => Buffer.from(text, 'latin1');

  it.each([
    ['of one byte a letter', "CHECK (`a` <> _latin1'\xe9')", 'CHECK (`a` <> _latin1 0xE9)'],
    ['whose letters end in a backslash', "_sjis'\x95\\\\' or `b`", '_sjis 0x955C or `b`'],
    ['with quotes, zeros and line feeds', "_latin1'\xe9\\'\\0\\\\\\n'", '_latin1 0xE927005C0A'],
    ['of two bytes a letter', "_utf16'\xd8=\xde\\0'", '_utf16 0xD83DDE00'],
  ])('become hexadecimal %s', (_, statement, legible) => {
    expect(withLegibleLiterals(shown(statement))).toBe(legible);
  });

  it.each([
    "`a` <> _utf8mb4'zażółć 😀\\n'",
    "_latin1'plain'",
    "COMMENT 'é'",
    "_binary'a\\0b😀'",
    "`ż` enum('日','it''s')",
  ])('stay as they are where they are text: %s', (statement) => {
    expect(withLegibleLiterals(Buffer.from(statement))).toBe(statement);
  });

  it('are told apart from text beside them', () => {
    const statement = Buffer.concat([Buffer.from("`日` <> _latin1'"), shown('\xe9'), Buffer.from("' or 'ż' = `ö`")]);
    expect(withLegibleLiterals(statement)).toBe("`日` <> _latin1 0xE9 or 'ż' = `ö`");
  });

  it('cannot be told from other bytes that are no text', () => {
    expect(withLegibleLiterals(shown("COMMENT '\xe9'"))).toBeNull();
  });
});
