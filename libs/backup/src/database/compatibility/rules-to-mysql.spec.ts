import { buildContext } from '../../../../../test/support/compatibility-builder.js';
import { RULES_TO_MYSQL } from './rules-to-mysql.js';
import { applyRules } from './table-rule.js';

const table = (
  definition: string,
  options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci',
): string => `CREATE TABLE \`t\` (\n  \`id\` int(11) NOT NULL,\n  ${definition},\n  PRIMARY KEY (\`id\`)\n) ${options}`;
const context = buildContext('mysql', { repeatedChecks: new Set(['constraint_1']) });
const ruled = (ddl: string): ReturnType<typeof applyRules> => applyRules(ddl, RULES_TO_MYSQL, context);
const plain = (ddl: string): string => ddl.replaceAll(/ +/g, ' ').replaceAll(/ +(?=[,\n])/g, '');
const JSON_TEXT = 'longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

describe('rules for tables that go from MariaDB to MySQL', () => {
  it.each([
    ['an integer’s width', '`n` int(5) unsigned zerofill DEFAULT 5', '`n` int(5) unsigned zerofill DEFAULT 5'],
    ['JSON', `\`j\` ${JSON_TEXT} NOT NULL CHECK (json_valid(\`j\`))`, '`j` json NOT NULL'],
    ['JSON with a default', `\`j\` ${JSON_TEXT} DEFAULT '{}' CHECK (json_valid(\`j\`))`, "`j` json DEFAULT ('{}')"],
    [
      'JSON under a key, which stays text',
      `\`j\` ${JSON_TEXT} DEFAULT NULL CHECK (json_valid(\`j\`)),\n  KEY \`k\` (\`j\`(10))`,
      `\`j\` ${JSON_TEXT} DEFAULT NULL CHECK (json_valid(\`j\`)),\n  KEY \`k\` (\`j\`(10))`,
    ],
    [
      'a check of another column’s JSON, which is no JSON column',
      `\`j\` ${JSON_TEXT} DEFAULT NULL CHECK (json_valid(\`id\`))`,
      `\`j\` ${JSON_TEXT} DEFAULT NULL CHECK (json_valid(\`id\`))`,
    ],
    ['a default of a text', "`v` text DEFAULT 'a (b'", "`v` text DEFAULT ('a (b')"],
    ['a default that is a function', '`v` varchar(36) DEFAULT uuid()', '`v` varchar(36) DEFAULT (uuid())'],
    ['a default in parentheses', '`v` int(11) DEFAULT (`id` * 2)', '`v` int(11) DEFAULT (`id` * 2)'],
    [
      'a default that is the time',
      '`v` timestamp(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3)',
      '`v` timestamp(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3)',
    ],
    ['no default of a text', '`v` text DEFAULT NULL', '`v` text DEFAULT NULL'],
    ['a decimal default', '`v` decimal(4,2) DEFAULT -1.50', '`v` decimal(4,2) DEFAULT -1.50'],
    ['a hidden key', 'KEY `k` (`id`) IGNORED', 'KEY `k` (`id`) INVISIBLE'],
    ['a key named like the word', 'KEY `IGNORED` (`id`)', 'KEY `IGNORED` (`id`)'],
    ['a check with a name that other tables use', 'CONSTRAINT `CONSTRAINT_1` CHECK (`id` > 0)', 'CHECK (`id` > 0)'],
    ['a check with a name of its own', 'CONSTRAINT `mine` CHECK (`id` > 0)', 'CONSTRAINT `mine` CHECK (`id` > 0)'],
  ])('turn %s to what means the same', (_, from, to) => {
    const { ddl, losses } = ruled(table(from));
    expect(plain(ddl)).toBe(plain(table(to)));
    expect(losses).toEqual([]);
  });

  it.each([
    ['`u` uuid DEFAULT NULL', 'column u: type uuid', 'none'],
    ['`u` inet6 DEFAULT NULL', 'column u: type inet6', 'none'],
    ['`d` decimal(60,35) DEFAULT NULL', 'column d: 35 decimals, of which MySQL has at most 30', 'none'],
    ['`s` int(11) DEFAULT nextval(`shop`.`sq`)', 'column s: default from a sequence', 'none'],
    ['PERIOD FOR `p` (`a`, `b`)', 'a period', 'none'],
    ['UNIQUE KEY `u` (`t`) USING HASH', 'unique key u: over whole texts', 'none'],
    ['`v` varchar(100) COMPRESSED DEFAULT NULL', 'column v: its compression', 'skip'],
  ])('list %s as lost', (definition, reason, kind) => {
    expect(ruled(table(definition)).losses).toEqual([{ reason, remedy: { kind } }]);
  });

  it.each([
    ['ENGINE=InnoDB DEFAULT CHARSET=latin1 WITH SYSTEM VERSIONING', 'system versioning', 'none'],
    [
      'ENGINE=MyISAM DEFAULT CHARSET=latin1\n PARTITION BY HASH (`id`)\nPARTITIONS 2',
      'partitions in the engine MyISAM',
      'none',
    ],
    ["ENGINE=InnoDB DEFAULT CHARSET=latin1 `page_compressed`='1'", "table option page_compressed='1'", 'skip'],
  ])('list the options %s as lost', (options, reason, kind) => {
    expect(ruled(table('`v` int(11) DEFAULT NULL', options)).losses).toEqual([{ reason, remedy: { kind } }]);
  });

  it('take away what is only stored otherwise', () => {
    const { ddl } = ruled(table('`v` varchar(9) COMPRESSED DEFAULT NULL', "ENGINE=InnoDB `encrypted`=yes COMMENT='x'"));
    expect(plain(ddl)).toBe(plain(table('`v` varchar(9) DEFAULT NULL', "ENGINE=InnoDB COMMENT='x'")));
  });
});
