import { buildContext } from '../../../../../test/support/compatibility-builder.js';
import { spellOutVersionComments } from '../ddl/version-comments.js';
import { RULES_TO_MARIADB } from './rules-to-mariadb.js';
import { applyRules } from './table-rule.js';

const table = (
  definition: string,
  options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci',
): string => `CREATE TABLE \`t\` (\n  \`id\` int NOT NULL,\n  ${definition},\n  PRIMARY KEY (\`id\`)\n) ${options}`;
const ruled = (ddl: string): ReturnType<typeof applyRules> =>
  applyRules(spellOutVersionComments(ddl), RULES_TO_MARIADB, buildContext('mariadb'));
const plain = (ddl: string): string => ddl.replaceAll(/ +/g, ' ').replaceAll(/ +(?=[,\n])/g, '');
const JSON_TEXT = 'longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

describe('rules for tables that go from MySQL to MariaDB', () => {
  it.each([
    ['JSON', '`j``x` json NOT NULL', `\`j\`\`x\` ${JSON_TEXT} NOT NULL CHECK (json_valid(\`j\`\`x\`))`],
    [
      'JSON with a default and a comment',
      "`j` json DEFAULT (_utf8mb4'{}') COMMENT 'json'",
      `\`j\` ${JSON_TEXT} DEFAULT ('{}') COMMENT 'json' CHECK (json_valid(\`j\`))`,
    ],
    ['a column named after a type', '`json` int DEFAULT NULL', '`json` int DEFAULT NULL'],
    ['a geometry collection', '`g` geomcollection DEFAULT NULL', '`g` geometrycollection DEFAULT NULL'],
    ['an invisible column', "`n` int DEFAULT '5' /*!80023 INVISIBLE */", "`n` int DEFAULT '5' INVISIBLE"],
    ['a hidden key', 'KEY `k` (`id`) /*!80000 INVISIBLE */', 'KEY `k` (`id`) IGNORED'],
    ['a key with a prefix and an order', 'KEY `k` (`a`(5),`b` DESC)', 'KEY `k` (`a`(5),`b` DESC)'],
    ['a plane geometry', '`g` point /*!80003 SRID 0 */ DEFAULT NULL', '`g` point SRID 0 DEFAULT NULL'],
    [
      'texts in expressions',
      "`g` varchar(9) GENERATED ALWAYS AS (concat(_utf8mb4'y\\'',`id`)) STORED",
      "`g` varchar(9) GENERATED ALWAYS AS (concat('y\\'',`id`)) STORED",
    ],
    ['a check', 'CONSTRAINT `c` CHECK ((`id` > 0))', 'CONSTRAINT `c` CHECK ((`id` > 0))'],
  ])('turn %s to what means the same', (_, from, to) => {
    const { ddl, losses } = ruled(table(from));
    expect(plain(ddl)).toBe(plain(table(to)));
    expect(losses).toEqual([]);
  });

  it.each([
    ['KEY `f` ((lower(`v`)))', 'key f: over an expression', 'skip'],
    ['KEY `f` (`id`,(lower(`v`)))', 'key f: over an expression', 'skip'],
    ['UNIQUE KEY `f` ((lower(`v`)))', 'key f: over an expression', 'none'],
    [
      "KEY `m` ((cast(json_extract(`j`,_utf8mb4'$.a') as unsigned array)))",
      'key m: over the values of an array',
      'skip',
    ],
    ['CONSTRAINT `c` CHECK ((`id` > 1)) /*!80016 NOT ENFORCED */', 'check c: not enforced', 'skip'],
    ['FULLTEXT KEY `n` (`v`) /*!50100 WITH PARSER `ngram` */', 'fulltext key n: parser `ngram`', 'skip'],
    ['`p` point NOT NULL /*!80003 SRID 4326 */', 'column p: spatial reference system 4326', 'none'],
    ['`g` int GENERATED ALWAYS AS ((`id` + 1)) STORED NOT NULL', 'column g: generated and NOT NULL', 'none'],
  ])('list %s as lost', (definition, reason, kind) => {
    expect(ruled(table(definition)).losses).toEqual([{ reason, remedy: { kind } }]);
  });

  it('takes away what may be left out, and no more', () => {
    const { ddl, losses } = ruled(
      table(
        '`v` int DEFAULT NULL,\n  KEY `f` ((lower(`v`))),\n  KEY `k` (`v`)',
        "ENGINE=InnoDB COMPRESSION='zlib' COMMENT='x'",
      ),
    );
    expect(plain(ddl)).toBe(plain(table('`v` int DEFAULT NULL,\n  KEY `k` (`v`)', "ENGINE=InnoDB COMMENT='x'")));
    expect(losses.map(({ reason }) => reason)).toEqual([
      'key f: over an expression',
      "table option compression='zlib'",
    ]);
  });
});
