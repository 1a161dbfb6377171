import {
  addClauses,
  autoIncrementColumn,
  completeDdl,
  convertsLiterals,
  isPartitioned,
  keyClauses,
  withNextNumber,
  withoutClauses,
} from './create-table.js';

/** As servers show it: the names are the worst that they allow. */
const DDL = `CREATE TABLE \`we\`\`ird, KEY (\` (
  \`id\` int(11) NOT NULL AUTO_INCREMENT,
  \`KEY\` varchar(20) DEFAULT 'KEY \`x\` (\`y\`),' COMMENT 'it''s, a \\\\',
  \`a*/b\` int(11) GENERATED ALWAYS AS (concat('(',\`id\`,',')) VIRTUAL,
  \`line
feed\` decimal(9,2) CHECK (\`line
feed\` > 0),
  PRIMARY KEY (\`id\`),
  UNIQUE KEY \`uq, one\` (\`KEY\`(10),\`id\`),
  KEY \`k\`\`2\` (\`a*/b\`) COMMENT 'KEY, (too)',
  KEY \`hidden\` (\`id\`) IGNORED,
  FULLTEXT KEY \`words\` (\`KEY\`),
  KEY \`expression\` ((\`id\` + 1)),
  CONSTRAINT \`fk,1\` FOREIGN KEY (\`id\`) REFERENCES \`other\` (\`id\`) ON DELETE CASCADE,
  CONSTRAINT \`fk2\` FOREIGN KEY (\`id\`) REFERENCES \`d\`\`b\`.\`far\` (\`id\`),
  CONSTRAINT \`positive\` CHECK (\`id\` > 0)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COMMENT='KEY \`z\` (\`z\`)'`;

describe('literals of a table of MySQL', () => {
  it.each([
    ['of its only character set', "(`a` text, CHECK ((`a` <> _utf8mb4'x'))) DEFAULT CHARSET=utf8mb4", false],
    [
      'beside a column of another',
      "(`a` text CHARACTER SET latin1, CHECK ((`a` <> _utf8mb4'x'))) DEFAULT CHARSET=utf8mb4",
      true,
    ],
    ['in a table of another', "(`a` text, CHECK ((`a` <> _utf8mb4'x'))) DEFAULT CHARSET=latin1", true],
    ['that are in no expression', "(`a` text COMMENT '_utf8mb4') DEFAULT CHARSET=latin1", false],
  ])('are converted by the first change: those %s', (_, definition, expected) => {
    expect(convertsLiterals(`CREATE TABLE \`t\` ${definition}`)).toBe(expected);
  });
});

describe('completeDdl', () => {
  it('puts what the server does not show into the definitions of the right columns', () => {
    const ddl =
      "CREATE TABLE `t` (\n  `a``(` point NOT NULL COMMENT '`b` point',\n  `e` enum('x','?','it''s') CHARACTER SET utf16 NOT NULL DEFAULT '?' COMMENT 'DEFAULT ''?''',\n  `d` varchar(10) DEFAULT '?',\n  `as it is` varchar(10) DEFAULT '?',\n  KEY `d` (`d`)\n)";
    const unshown = [
      { name: 'a`(', referenceSystem: 3857 },
      { name: 'd', default: "😀's" },
      { name: 'e', members: ['x', '😀', "it's"], default: '😀' },
    ];
    expect(completeDdl(ddl, unshown)).toBe(
      "CREATE TABLE `t` (\n  `a``(` point REF_SYSTEM_ID=3857 NOT NULL COMMENT '`b` point',\n  `e` enum('x','😀','it\\'s') CHARACTER SET utf16 NOT NULL DEFAULT '😀' COMMENT 'DEFAULT ''?''',\n  `d` varchar(10) DEFAULT '😀\\'s',\n  `as it is` varchar(10) DEFAULT '?',\n  KEY `d` (`d`)\n)",
    );
  });
});

describe('isPartitioned', () => {
  it.each([
    ['CREATE TABLE `t` (`a` int) ENGINE=InnoDB\n PARTITION BY HASH (`a`)\nPARTITIONS 2', true],
    ['CREATE TABLE `t` (`a` int) ENGINE=InnoDB\n/*!50100 PARTITION BY HASH (`a`)\nPARTITIONS 2 */', true],
    ["CREATE TABLE `PARTITION` (`PARTITION` int) COMMENT='PARTITION BY HASH' /* PARTITION BY */", false],
  ])('tells of %j', (ddl, expected) => {
    expect(isPartitioned(ddl)).toBe(expected);
  });
});

describe('keyClauses', () => {
  it('finds secondary keys and foreign keys, and neither the primary key nor what only looks like one', () => {
    const found = keyClauses(DDL).map(({ kind, name, firstColumn }) => [kind, name, firstColumn]);
    expect(found).toEqual([
      ['key', 'uq, one', 'KEY'],
      ['key', 'k`2', 'a*/b'],
      ['key', 'hidden', 'id'],
      ['key', 'words', 'KEY'],
      ['key', 'expression', null],
      ['foreign key', 'fk,1', 'id'],
      ['foreign key', 'fk2', 'id'],
    ]);
  });

  it('gives each as it stands in the statement', () => {
    for (const { text, start, end } of keyClauses(DDL)) expect(DDL.slice(start, end)).toBe(text);
    expect(keyClauses(DDL)[1].text).toBe("KEY `k``2` (`a*/b`) COMMENT 'KEY, (too)'");
  });

  it('says what a foreign key refers to, the database only where it is named', () => {
    expect(keyClauses(DDL).flatMap(({ references }) => (references === null ? [] : [references]))).toEqual([
      { database: null, table: 'other' },
      { database: 'd`b', table: 'far' },
    ]);
  });

  it.each([
    ['KEY `a` (`a`)', false],
    ['KEY `a` (`a`) IGNORED', true],
    ['KEY `a` (`a`) /*!80000 INVISIBLE */', true],
    ["KEY `a` (`a`) COMMENT 'IGNORED'", false],
  ])('knows of %s whether the optimizer may not use it: %s', (clause, isHidden) => {
    expect(keyClauses(`CREATE TABLE \`t\` (\n  \`a\` int,\n  ${clause}\n)`)[0].isHidden).toBe(isHidden);
  });

  it('finds none in a table without any', () => {
    expect(keyClauses('CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB')).toEqual([]);
  });
});

describe('withoutClauses and addClauses', () => {
  it('leave the rest of the statement as it was', () => {
    const rest = withoutClauses(DDL, keyClauses(DDL));
    expect(keyClauses(rest)).toEqual([]);
    const kept = DDL.split('\n').filter((line) => !/^ {2}(?:UNIQUE KEY|KEY|FULLTEXT KEY|CONSTRAINT `fk)/.test(line));
    expect(rest).toBe(kept.join('\n'));
  });

  it('leave it alone when there is nothing to remove', () => {
    expect(withoutClauses(DDL, [])).toBe(DDL);
  });

  it('put clauses back in one ALTER TABLE, the name quoted', () => {
    expect(addClauses('we`ird', keyClauses(DDL).slice(2, 4))).toBe(
      'ALTER TABLE `we``ird` ADD KEY `hidden` (`id`) IGNORED, ADD FULLTEXT KEY `words` (`KEY`)',
    );
  });
});

describe('autoIncrementColumn', () => {
  it.each<[string, string, string | null]>([
    ['the column that has it', DDL, 'id'],
    ['none', 'CREATE TABLE `t` (`a` int) AUTO_INCREMENT=7', null],
    ['none where only a comment says so', "CREATE TABLE `t` (`a` int COMMENT 'AUTO_INCREMENT')", null],
    ['none where only a name says so', 'CREATE TABLE `t` (`AUTO_INCREMENT` int)', null],
    [
      'one with a backtick in its name',
      'CREATE TABLE `t` (`a` int, `b``c` bigint AUTO_INCREMENT, KEY (`b``c`))',
      'b`c',
    ],
  ])('finds %s', (_, ddl, column) => {
    expect(autoIncrementColumn(ddl)).toBe(column);
  });
});

describe('withNextNumber', () => {
  const table = (options: string): string =>
    `CREATE TABLE \`t\` (\n  \`a\` int NOT NULL AUTO_INCREMENT COMMENT ') ENGINE=x AUTO_INCREMENT=3',\n  KEY (\`a\`)\n) ${options}`;
  const old = table("ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COMMENT='AUTO_INCREMENT=8'");
  const none = table("ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='AUTO_INCREMENT=8'");

  it.each<[string, string, string | null, string]>([
    ['takes the place of the old one', old, '12', old.replace('=7 ', '=12 ')],
    ['is put where the server has it', none, '7', old],
    ['goes where there is none', old, null, none],
    ['goes where it is 1, which the server does not show', old, '1', none],
    ['stays away', none, null, none],
  ])('%s', (_, ddl, value, expected) => {
    expect(withNextNumber(ddl, value)).toBe(expected);
  });
});
