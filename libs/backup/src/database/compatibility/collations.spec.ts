import { buildFeatures } from '../../../../../test/support/compatibility-builder.js';
import { mapCollations, nameOn, parseCollationMap, suggestCollations } from './collations.js';

describe('a map of collations', () => {
  const server = buildFeatures('mariadb');

  it('is read from what was written, in any case', () => {
    const map = parseCollationMap(['UTF8MB4_0900_ai_ci=utf8mb4_uca1400_ai_ci', 'utf8mb4_0900_bin=utf8mb4_bin'], server);
    expect([...map]).toEqual([
      ['utf8mb4_0900_ai_ci', 'utf8mb4_uca1400_ai_ci'],
      ['utf8mb4_0900_bin', 'utf8mb4_bin'],
    ]);
  });

  it.each([
    [['utf8mb4_0900_ai_ci'], '"utf8mb4_0900_ai_ci" maps no collation: write OLD=NEW'],
    [['a=b=c'], '"a=b=c" maps no collation'],
    [['=utf8mb4_bin'], 'maps no collation'],
    [["utf8mb4_0900_ai_ci=utf8mb4_bin'"], 'maps no collation'],
    [
      ['utf8mb4_0900_ai_ci=utf8mb4_0900_as_cs'],
      'MariaDB 10.11.19 has no collation utf8mb4_0900_as_cs: for utf8mb4_0900_ai_ci use utf8mb4_uca1400_ai_ci or utf8mb4_uca1400_nopad_ai_ci or utf8mb4_unicode_520_ci.',
    ],
    [['utf8mb4_0900_ai_ci=latin1_swedish_ci'], 'is for the character set latin1 and utf8mb4_0900_ai_ci is not'],
    [['utf8mb4_0900_ai_ci=utf8mb4_bin', 'utf8mb4_0900_ai_ci=utf8mb4_unicode_ci'], 'is mapped twice'],
  ])('is refused as %j', (texts, message) => {
    expect(() => parseCollationMap(texts, server)).toThrow(message);
  });

  it.each([
    ['utf8mb4_0900_ai_ci', 'mariadb', 'utf8mb4_uca1400_ai_ci'],
    ['utf8mb4_0900_as_cs', 'mariadb', 'utf8mb4_uca1400_as_cs'],
    ['utf8mb4_0900_bin', 'mariadb', 'utf8mb4_bin'],
    ['utf8mb4_uca1400_ai_ci', 'mysql', 'utf8mb4_0900_ai_ci'],
    ['utf8mb4_uca1400_nopad_as_cs', 'mysql', 'utf8mb4_0900_as_cs'],
    ['utf8mb4_nopad_bin', 'mysql', 'utf8mb4_bin'],
    ['gb18030_chinese_ci', 'mariadb', undefined],
  ] as const)('for %s on %s is best made with %s', (collation, flavour, best) => {
    expect(suggestCollations(collation, buildFeatures(flavour)).at(0)).toBe(best);
  });

  it('changes words of a body, and no text, name or comment in it', () => {
    const body = "SELECT a COLLATE utf8_x, 'utf8_x', `utf8_x` -- utf8_x\nFROM b COLLATE UTF8_X";
    expect(mapCollations(body, new Map([['utf8_x', 'utf8_y']]))).toBe(
      "SELECT a COLLATE utf8_y, 'utf8_x', `utf8_x` -- utf8_x\nFROM b COLLATE utf8_y",
    );
  });

  it.each([
    ['utf8_general_ci', 'utf8mb3_general_ci'],
    ['utf8mb3_general_ci', 'utf8mb3_general_ci'],
    ['utf8mb3_uca1400_ai_ci', 'utf8mb3_uca1400_ai_ci'],
    ['utf8mb4_bin', 'utf8mb4_bin'],
  ])('has %s under the name %s where utf8 is called utf8mb3', (name, known) => {
    expect(nameOn(new Map([['utf8mb3_general_ci', 'utf8mb3']]), name)).toBe(known);
  });
});
