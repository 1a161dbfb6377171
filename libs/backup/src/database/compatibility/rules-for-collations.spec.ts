import { buildContext, buildFeatures } from '../../../../../test/support/compatibility-builder.js';
import { applyCollationMap, findUnknownCollations, nameImpliedCollations, renameUtf8 } from './rules-for-collations.js';

const table = (column: string, options: string): string => `CREATE TABLE \`t\` (\n  ${column}\n) ${options}`;

describe('rules for collations', () => {
  it.each([
    ['mysql', 'DEFAULT CHARSET=utf8mb4', 'DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci'],
    ['mariadb', 'DEFAULT CHARSET=utf8mb4', 'DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci'],
    ['mariadb', 'DEFAULT CHARSET=latin1', 'DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci'],
    ['mariadb', 'DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin', 'DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin'],
  ] as const)('name for %s what goes without saying in %s', (flavour, from, to) => {
    const column = '`v` varchar(9) CHARACTER SET latin1';
    const { ddl } = nameImpliedCollations(table(column, from), buildContext(flavour));
    expect(ddl).toBe(table(`${column} COLLATE latin1_swedish_ci`, to));
  });

  it('takes what older MySQL servers had for the default', () => {
    const source = { flavour: 'mysql', version: '5.7.44', lowerCaseTableNames: 0 } as const;
    const { ddl } = nameImpliedCollations(
      table('`v` varchar(9)', 'DEFAULT CHARSET=utf8mb4'),
      buildContext('mariadb', { source }),
    );
    expect(ddl).toBe(table('`v` varchar(9)', 'DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci'));
  });

  it('turns mapped collations to others, in names and texts not', () => {
    const collationMap = new Map([['utf8mb4_0900_ai_ci', 'utf8mb4_unicode_ci']]);
    const from = "`utf8mb4_0900_ai_ci` varchar(9) COLLATE utf8mb4_0900_ai_ci COMMENT 'utf8mb4_0900_ai_ci'";
    const to = "`utf8mb4_0900_ai_ci` varchar(9) COLLATE utf8mb4_unicode_ci COMMENT 'utf8mb4_0900_ai_ci'";
    const { ddl } = applyCollationMap(
      table(from, 'DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci'),
      buildContext('mariadb', { collationMap }),
    );
    expect(ddl).toBe(table(to, 'DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci'));
  });

  it('calls utf8 what the server calls it', () => {
    const old = buildFeatures('mariadb', { collations: new Map([['utf8_general_ci', 'utf8']]) });
    const [short, long] = ['utf8', 'utf8mb3'].map((name) =>
      table(
        `\`v\` char(1) CHARACTER SET ${name} COLLATE ${name}_bin`,
        `DEFAULT CHARSET=${name} COLLATE=${name}_general_ci`,
      ),
    );
    expect(renameUtf8(short, buildContext('mysql')).ddl).toBe(long);
    expect(renameUtf8(long, buildContext('mariadb', { server: old })).ddl).toBe(short);
  });

  it('lists collations and character sets that the server does not have, each with its place', () => {
    const ddl = table(
      '`v` char(1) COLLATE utf8mb4_0900_ai_ci,\n  `g` char(1) CHARACTER SET gb18030 COLLATE gb18030_chinese_ci',
      'DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_as_cs',
    );
    expect(findUnknownCollations(ddl, buildContext('mariadb')).losses).toEqual([
      {
        reason: 'column v: collation utf8mb4_0900_ai_ci',
        remedy: {
          kind: 'map-collation',
          collation: 'utf8mb4_0900_ai_ci',
          suggestions: ['utf8mb4_uca1400_ai_ci', 'utf8mb4_uca1400_nopad_ai_ci', 'utf8mb4_unicode_520_ci'],
        },
      },
      { reason: 'column g: character set gb18030', remedy: { kind: 'none' } },
      {
        reason: 'its default: collation utf8mb4_0900_as_cs',
        remedy: {
          kind: 'map-collation',
          collation: 'utf8mb4_0900_as_cs',
          suggestions: ['utf8mb4_uca1400_as_cs', 'utf8mb4_bin'],
        },
      },
    ]);
  });
});
