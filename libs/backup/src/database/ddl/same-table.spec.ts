import { tableDifference } from './same-table.js';

const DEFAULTS = new Map([
  ['utf8mb4', 'utf8mb4_0900_ai_ci'],
  ['latin1', 'latin1_swedish_ci'],
]);
const table = (column: string, options = 'ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci'): string =>
  `CREATE TABLE \`t\` (\n  ${column}\n) ${options}`;
const difference = (expected: string, actual: string): string | null => tableDifference(expected, actual, DEFAULTS);

describe('tableDifference', () => {
  it.each([
    ['display widths', '`a` int(10) unsigned NOT NULL', '`a` int unsigned NOT NULL'],
    ['a year’s width', '`a` year(4) DEFAULT NULL', '`a` year DEFAULT NULL'],
    ['quotes around numbers', '`a` decimal(4,2) DEFAULT -1.50', "`a` decimal(4,2) DEFAULT '-1.50'"],
    ['a default that goes without saying', '`a` text DEFAULT NULL', '`a` text'],
    [
      'parentheses after the time',
      '`a` datetime DEFAULT current_timestamp()',
      '`a` datetime DEFAULT CURRENT_TIMESTAMP',
    ],
    ['parentheses around expressions', '`a` int DEFAULT (1 + 2)', '`a` int DEFAULT ((1 + 2))'],
    ['introducers of texts', "`a` text DEFAULT ('x''y')", "`a` text DEFAULT (_utf8mb4'x\\'y')"],
    [
      'a collation that goes without saying',
      '`a` char(1)',
      '`a` char(1) CHARACTER SET latin1 COLLATE latin1_swedish_ci',
    ],
    [
      'the name utf8',
      '`a` char(1) CHARACTER SET utf8 COLLATE utf8_bin',
      '`a` char(1) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin',
    ],
    ['version comments', '`a` int INVISIBLE', '`a` int /*!80023 INVISIBLE */'],
    ['where a check stands', '`a` int CHECK (`a` > 0)', '`a` int,\n CONSTRAINT `t_chk_1` CHECK ((`a` > 0))'],
    ['the order of keys', '`a` int,\n KEY `x` (`a`),\n KEY `y` (`a`)', '`a` int,\n KEY `y` (`a`),\n KEY `x` (`a`)'],
    ['the words for hidden keys', '`a` int,\n KEY `x` (`a`) IGNORED', '`a` int,\n KEY `x` (`a`) /*!80000 INVISIBLE */'],
    ['USING BTREE', '`a` int,\n KEY `x` (`a`) USING BTREE', '`a` int,\n KEY `x` (`a`)'],
    [
      'what foreign keys do by themselves',
      '`a` int,\n CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`a`) ON DELETE CASCADE ON UPDATE NO ACTION',
      '`a` int,\n CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`a`) ON DELETE CASCADE',
    ],
    ['the name of geometry collections', '`a` geometrycollection', '`a` geomcollection DEFAULT NULL'],
  ])('passes over %s', (_, expected, actual) => {
    expect(difference(table(expected), table(actual))).toBeNull();
    expect(difference(table(actual), table(expected))).toBeNull();
  });

  it('passes over a collation that is the character set’s own here', () => {
    const [expected, actual] = [' COLLATE=latin1_swedish_ci', ''].map((collation) =>
      table('`a` char(1)', `ENGINE=InnoDB DEFAULT CHARSET=latin1${collation}`),
    );
    expect(difference(expected, actual)).toBeNull();
  });

  it('passes over how partitions are written', () => {
    const head = '`a` int NOT NULL';
    expect(
      difference(
        table(head, 'ENGINE=InnoDB\n PARTITION BY RANGE (`a`)\n(PARTITION `p0` VALUES LESS THAN (5) ENGINE = InnoDB)'),
        table(
          head,
          'ENGINE=InnoDB\n/*!50100 PARTITION BY RANGE (`a`)\n(PARTITION p0 VALUES LESS THAN (5) ENGINE = InnoDB) */',
        ),
      ),
    ).toBeNull();
  });

  it.each([
    ['a type', '`a` int', '`a` bigint'],
    ['a length', '`a` varchar(10)', '`a` varchar(20)'],
    ['a width that zeros are filled up to', '`a` int(5) unsigned zerofill', '`a` int(6) unsigned zerofill'],
    ['NOT NULL', '`a` int NOT NULL', '`a` int'],
    ['a default', '`a` int DEFAULT 1', '`a` int DEFAULT 2'],
    [
      'a default’s precision',
      '`a` datetime(3) DEFAULT current_timestamp(3)',
      '`a` datetime(3) DEFAULT current_timestamp()',
    ],
    [
      'the time and another function',
      '`a` datetime DEFAULT current_timestamp()',
      '`a` datetime DEFAULT (utc_timestamp())',
    ],
    ['a missing default', "`a` char(1) DEFAULT 'x'", '`a` char(1)'],
    ['ON UPDATE', '`a` datetime ON UPDATE current_timestamp()', '`a` datetime'],
    ['a collation', '`a` char(1) COLLATE latin1_bin', '`a` char(1)'],
    ['a comment', "`a` int COMMENT 'x'", "`a` int COMMENT 'y'"],
    ['AUTO_INCREMENT', '`a` int NOT NULL AUTO_INCREMENT', '`a` int NOT NULL'],
    ['what is stored', '`a` int GENERATED ALWAYS AS (`b`) STORED', '`a` int GENERATED ALWAYS AS (`b`) VIRTUAL'],
    [
      'a generated column’s source',
      '`a` int GENERATED ALWAYS AS (`b` + 1) STORED',
      '`a` int GENERATED ALWAYS AS (`c` + 1) STORED',
    ],
    ['a missing check', '`a` int CHECK (`a` > 0)', '`a` int'],
    ['a missing key', '`a` int,\n KEY `x` (`a`)', '`a` int'],
    ['a key’s order', '`a` int,\n KEY `x` (`a` DESC)', '`a` int,\n KEY `x` (`a`)'],
    ['the order of columns', '`a` int,\n `b` int', '`b` int,\n `a` int'],
    ['a column more', '`a` int', '`a` int,\n `b` int'],
    [
      'a reference',
      '`a` int,\n FOREIGN KEY (`a`) REFERENCES `p` (`a`)',
      '`a` int,\n FOREIGN KEY (`a`) REFERENCES `q` (`a`)',
    ],
    [
      'a cascade',
      '`a` int,\n FOREIGN KEY (`a`) REFERENCES `p` (`a`) ON DELETE CASCADE',
      '`a` int,\n FOREIGN KEY (`a`) REFERENCES `p` (`a`)',
    ],
  ])('sees another %s', (_, expected, actual) => {
    expect(difference(table(expected), table(actual))).not.toBeNull();
    expect(difference(table(actual), table(expected))).not.toBeNull();
  });

  it.each([
    'ENGINE=MyISAM',
    'ENGINE=InnoDB AUTO_INCREMENT=7',
    "ENGINE=InnoDB COMMENT='x'",
    'ENGINE=InnoDB\n PARTITION BY HASH (`a`)',
  ])('sees another option in %s', (options) => {
    expect(difference(table('`a` int', 'ENGINE=InnoDB'), table('`a` int', options))).not.toBeNull();
  });

  it('says what is there instead of what', () => {
    expect(difference(table('`a` int'), table('`a` bigint'))).toBe('columns: 0 a bigint instead of 0 a int');
  });
});
