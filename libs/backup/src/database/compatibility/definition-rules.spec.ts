import type { Definition } from '../../backup-set/manifest.js';
import { buildContext } from '../../../../../test/support/compatibility-builder.js';
import { modesOf, ruleDefinition } from './definition-rules.js';

const MODES = {
  mysql: new Set(['STRICT_TRANS_TABLES', 'TIME_TRUNCATE_FRACTIONAL']),
  mariadb: new Set(['STRICT_TRANS_TABLES', 'TIME_ROUND_FRACTIONAL', 'NO_AUTO_CREATE_USER']),
};

const build = (more: Partial<Definition> = {}): Definition => ({
  name: 'p',
  ddl: 'CREATE DEFINER=`root`@`%` PROCEDURE `p`() SELECT 1',
  encoding: 'utf8',
  sqlMode: '',
  ...more,
});

describe('ruleDefinition', () => {
  it.each([
    ['mysql', 'STRICT_TRANS_TABLES', 'STRICT_TRANS_TABLES,TIME_TRUNCATE_FRACTIONAL'],
    ['mysql', 'TIME_ROUND_FRACTIONAL', ''],
    ['mysql', 'NO_AUTO_CREATE_USER,TIME_ROUND_FRACTIONAL', ''],
    ['mariadb', '', 'TIME_ROUND_FRACTIONAL'],
    ['mariadb', 'TIME_TRUNCATE_FRACTIONAL', ''],
  ] as const)('turns, for %s, the sql_mode %j to %j', (flavour, from, to) => {
    const { definition, losses } = ruleDefinition(build({ sqlMode: from }), buildContext(flavour), MODES[flavour]);
    expect(definition.sqlMode).toBe(to);
    expect(losses).toEqual([]);
  });

  it('lists a mode that changes what a statement means', () => {
    const ruled = ruleDefinition(build({ sqlMode: 'EMPTY_STRING_IS_NULL' }), buildContext('mysql'), MODES.mysql);
    expect(ruled.losses).toEqual([{ reason: 'sql_mode EMPTY_STRING_IS_NULL', remedy: { kind: 'skip' } }]);
  });

  it('leaves the mode of a view alone, which has none', () => {
    const { definition } = ruleDefinition(build({ sqlMode: undefined }), buildContext('mysql'), MODES.mysql);
    expect(definition.sqlMode).toBeUndefined();
  });

  it('maps collations in its settings and its body', () => {
    const collationMap = new Map([['utf8mb4_0900_ai_ci', 'utf8mb4_unicode_ci']]);
    const { definition, losses } = ruleDefinition(
      build({
        ddl: "CREATE VIEW `v` AS select 'a' collate utf8mb4_0900_ai_ci",
        collationConnection: 'utf8mb4_0900_ai_ci',
        databaseCollation: 'utf8mb4_0900_ai_ci',
      }),
      buildContext('mariadb', { collationMap }),
      MODES.mariadb,
    );
    expect(definition).toMatchObject({
      ddl: "CREATE VIEW `v` AS select 'a' collate utf8mb4_unicode_ci",
      collationConnection: 'utf8mb4_unicode_ci',
      databaseCollation: 'utf8mb4_unicode_ci',
    });
    expect(losses).toEqual([]);
  });

  it('keeps every byte of a body that is no text', () => {
    const collationMap = new Map([['latin1_german1_ci', 'latin1_swedish_ci']]);
    const bytes = Buffer.from("SELECT '\x80é' COLLATE latin1_german1_ci", 'latin1');
    const { definition } = ruleDefinition(
      build({ ddl: bytes.toString('base64'), encoding: 'base64' }),
      buildContext('mysql', { collationMap }),
      MODES.mysql,
    );
    expect(Buffer.from(definition.ddl, 'base64').toString('latin1')).toBe("SELECT '\x80é' COLLATE latin1_swedish_ci");
  });

  it.each([
    [{ collationConnection: 'utf8mb4_0900_ai_ci' }, 'its settings: collation utf8mb4_0900_ai_ci'],
    [
      { ddl: "CREATE VIEW `v` AS select 'a' collate utf8mb4_0900_ai_ci" },
      'its statement: collation utf8mb4_0900_ai_ci',
    ],
  ])('lists what %j loses', (more, reason) => {
    const { losses } = ruleDefinition(build(more), buildContext('mariadb'), MODES.mariadb);
    expect(losses.map((loss) => loss.reason)).toEqual([reason]);
  });

  it('lists a definer that is a role, which MySQL has none of without a host', () => {
    const ddl = 'CREATE DEFINER=`auditors` PROCEDURE `p`() SELECT 1';
    const { losses } = ruleDefinition(build({ ddl }), buildContext('mysql'), MODES.mysql);
    expect(losses.map((loss) => loss.reason)).toEqual(['its definer, the role `auditors`']);
  });
});

describe('modesOf', () => {
  it('gives every mode that is named once, and those that rules add', () => {
    expect([...modesOf([build({ sqlMode: 'A,B' }), build({ sqlMode: 'B' }), build({ sqlMode: undefined })])]).toEqual([
      'A',
      'B',
      'TIME_ROUND_FRACTIONAL',
      'TIME_TRUNCATE_FRACTIONAL',
    ]);
  });
});
