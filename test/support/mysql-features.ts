import type { Fingerprint } from './fidelity-fingerprint.js';

/** Something that only MySQL has, or has in a way of its own. */
export interface MysqlFeature {
  /** Completes "brings back ...". */
  readonly name: string;
  /** Statements for one session, after those of the features before. */
  readonly made: readonly string[];
  /** Where a fingerprint has it. */
  readonly kind: Exclude<keyof Fingerprint, 'database' | 'sequences'>;
  readonly object: string;
  /** What a fingerprint of it holds: the server has not just taken no notice of what it was told. */
  readonly shown: string;
  /** Statements, with `; ` between them, that make a little difference. */
  readonly change: string;
}

/** @param role account that owns something and cannot log in, quoted */
export function mysqlFeatures(role: string): MysqlFeature[] {
  return [...columns(), ...values(), ...keys(), ...texts(), ...tables(), ...objects(role)];
}

function table(name: string, object: string, definition: string, shown: string, change: string): MysqlFeature {
  return { name, made: [`CREATE TABLE ${object} ${definition}`], kind: 'tables', object, shown, change };
}

function filled(feature: MysqlFeature, ...rows: readonly string[]): MysqlFeature {
  const inserts = rows.map((row) => `INSERT INTO ${feature.object} ${row}`);
  return { ...feature, made: [...feature.made, ...inserts] };
}

function columns(): MysqlFeature[] {
  return [
    {
      ...table(
        'primary keys that the server made and nobody sees',
        'keyless',
        '(a int)',
        '`my_row_id` bigint unsigned NOT NULL AUTO_INCREMENT /*!80023 INVISIBLE */',
        'ALTER TABLE keyless ALTER COLUMN my_row_id SET VISIBLE',
      ),
      made: [
        'SET SESSION sql_generate_invisible_primary_key=ON',
        'CREATE TABLE keyless (a int)',
        'SET SESSION sql_generate_invisible_primary_key=OFF',
        'INSERT INTO keyless (my_row_id, a) VALUES (7, 1), (9, 1)',
      ],
    },
    filled(
      table(
        'invisible columns',
        'unseen',
        '(a int, b int INVISIBLE)',
        '`b` int DEFAULT NULL /*!80023 INVISIBLE */',
        'UPDATE unseen SET b = 3',
      ),
      '(a, b) VALUES (1, 2)',
    ),
    filled(
      table(
        'generated columns, stored and virtual',
        'computed',
        "(a int, s varchar(20) AS (concat(a, ' it''s')) STORED, v int GENERATED ALWAYS AS (a + 1) VIRTUAL NOT NULL COMMENT 'c')",
        "GENERATED ALWAYS AS (concat(`a`,_utf8mb4' it\\'s')) STORED",
        'ALTER TABLE computed DROP COLUMN v, ADD v int GENERATED ALWAYS AS (a + 2) VIRTUAL',
      ),
      '(a) VALUES (1)',
    ),
    table(
      'defaults that are expressions',
      'expressed',
      "(a int, b json DEFAULT (json_array(1, 'x')), c char(36) DEFAULT (uuid()), d int DEFAULT (a + 1), e text DEFAULT ('t'))",
      "DEFAULT (json_array(1,_utf8mb4'x'))",
      'ALTER TABLE expressed ALTER COLUMN d SET DEFAULT (a + 2)',
    ),
    filled(
      table(
        'checks, enforced and not',
        'checked',
        "(a int CHECK (a > 0), b int, CONSTRAINT loose CHECK (b > 0) NOT ENFORCED, CONSTRAINT `it's` CHECK (a < 9))",
        'CONSTRAINT `loose` CHECK ((`b` > 0)) /*!80016 NOT ENFORCED */',
        "ALTER TABLE checked ALTER CHECK `it's` NOT ENFORCED",
      ),
      'VALUES (1, -1)',
    ),
    table(
      'the reference system that a column of shapes is bound to',
      'bound_shapes',
      '(p point NOT NULL SRID 4326, g geometry SRID 0, SPATIAL KEY (p))',
      '`p` point NOT NULL /*!80003 SRID 4326 */',
      'ALTER TABLE bound_shapes MODIFY g geometry',
    ),
  ];
}

function values(): MysqlFeature[] {
  return [
    filled(
      table(
        'the kinds of what JSON documents hold, which their text does not show',
        'documents',
        '(j json)',
        '`j` json',
        `UPDATE documents SET j = JSON_ARRAY('2020-01-01', 9.90, b'101') WHERE JSON_LENGTH(j) = 3`,
      ),
      "VALUES (JSON_ARRAY(DATE'2020-01-01', 9.90, b'101')), (JSON_OBJECT('big', 18446744073709551615, 'bytes', x'00ff'))",
    ),
    filled(
      table(
        'every bit of a VECTOR',
        'vectors',
        '(v vector(3))',
        '`v` vector(3)',
        "UPDATE vectors SET v = to_vector('[0.1,-1e-37,0.30000004]')",
      ),
      "VALUES (to_vector('[0.1,-1e-37,0.3]'))",
    ),
    filled(
      table('BIT values of any length', 'bits', '(b bit(64), c bit(7))', '`b` bit(64)', 'UPDATE bits SET b = b ^ 1'),
      "VALUES (0x5c270a003b0a275c, b'1011100'), (0xffffffffffffffff, 0)",
    ),
    filled(
      table(
        'shapes of different reference systems in one column',
        'shapes',
        '(g geometry)',
        '`g` geometry',
        "UPDATE shapes SET g = ST_GeomFromText('POINT(1 2)', 3857) WHERE ST_SRID(g) = 0",
      ),
      "VALUES (ST_GeomFromText('POINT(1 2)', 4326)), (ST_GeomFromText('POINT(1 2)', 0)), (ST_GeomFromText('GEOMETRYCOLLECTION EMPTY'))",
    ),
    filled(
      table(
        'zero dates, and times with fractions',
        'temporals',
        "(d date DEFAULT '0000-00-00', t time(6), s timestamp(3) NULL, y year)",
        "`d` date DEFAULT '0000-00-00'",
        "UPDATE temporals SET t = '-838:59:58.999999'",
      ),
      "VALUES ('0000-00-00', '-838:59:59', '1970-01-01 00:00:01.001', 0), ('2020-00-30', '00:00:00.000001', NULL, 2155)",
    ),
    filled(
      table('the sign of zero', 'zeros', '(d double, f float)', '`d` double', 'UPDATE zeros SET d = 0'),
      'VALUES (-0e0, -0e0)',
    ),
  ];
}

function keys(): MysqlFeature[] {
  return [
    table(
      'keys over expressions',
      'functional',
      '(a varchar(20), b int, KEY lowered ((lower(a))), UNIQUE KEY mixed (b, (a + 1) DESC))',
      'KEY `lowered` ((lower(`a`)))',
      'ALTER TABLE functional DROP KEY lowered, ADD KEY lowered ((upper(a)))',
    ),
    filled(
      table(
        'keys over the elements of JSON arrays',
        'multivalued',
        "(j json, KEY tags ((CAST(j->'$.tags' AS CHAR(10) ARRAY))))",
        'as char(10) array)',
        "ALTER TABLE multivalued DROP KEY tags, ADD KEY tags ((CAST(j->'$.tags' AS CHAR(11) ARRAY)))",
      ),
      `VALUES ('{"tags": ["a", "b"]}')`,
    ),
    table(
      'keys that the optimizer may not use',
      'hidden_key',
      '(a int, KEY k (a) INVISIBLE)',
      'KEY `k` (`a`) /*!80000 INVISIBLE */',
      'ALTER TABLE hidden_key ALTER INDEX k VISIBLE',
    ),
    filled(
      table(
        'keys that run backwards',
        'descending',
        '(a int, b int, PRIMARY KEY (a DESC), KEY both_ways (a, b DESC))',
        'PRIMARY KEY (`a` DESC)',
        'ALTER TABLE descending DROP KEY both_ways, ADD KEY both_ways (a, b)',
      ),
      'VALUES (1, 1), (2, 1), (3, 0)',
    ),
    table(
      'full-text keys with a parser of their own',
      'words',
      '(t text, FULLTEXT KEY w (t) WITH PARSER ngram)',
      'WITH PARSER `ngram`',
      'ALTER TABLE words DROP KEY w; ALTER TABLE words ADD FULLTEXT KEY w (t)',
    ),
    filled(
      table(
        'keys over texts that differ in trailing blanks alone',
        'unpadded',
        '(k varchar(10) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY)',
        'PRIMARY KEY (`k`)',
        "UPDATE unpadded SET k = '  ' WHERE k = ' '",
      ),
      "VALUES (''), (' '), ('a'), ('a ')",
    ),
  ];
}

function texts(): MysqlFeature[] {
  return [
    table(
      'collations of MySQL alone',
      'collated',
      '(a varchar(9) COLLATE utf8mb4_0900_as_cs, b varchar(9) COLLATE utf8mb4_ja_0900_as_cs_ks) COLLATE utf8mb4_0900_bin',
      'COLLATE utf8mb4_ja_0900_as_cs_ks',
      'ALTER TABLE collated MODIFY a varchar(9) COLLATE utf8mb4_0900_as_ci',
    ),
    filled(
      table(
        'members beyond the Basic Multilingual Plane',
        'four_byte_members',
        "(e enum('😀','b','it''s 😁') DEFAULT '😀', s set('a','x😀'), w enum('😂') CHARACTER SET utf16)",
        'enum(',
        'UPDATE four_byte_members SET e = 1 WHERE e = 3',
      ),
      'VALUES (1, 3, 1), (3, 2, 1)',
    ),
    filled(
      table(
        'characters beyond it in defaults, checks, generated columns and keys',
        'four_byte_expressions',
        "(a varchar(9) DEFAULT '😀', b varchar(9) DEFAULT (concat('😀', 'x')), c varchar(20) AS (concat(a, '😁')), CHECK (a <> '😂'), KEY k ((concat(a, '😃'))))",
        "CHECK ((`a` <> _utf8mb4'",
        "ALTER TABLE four_byte_expressions DROP KEY k, ADD KEY k ((concat(a, '😄')))",
      ),
      "(a) VALUES ('plain')",
    ),
    filled(
      table(
        'texts of other character sets in expressions',
        'foreign_expressions',
        "(a varchar(9) CHARACTER SET latin1, b varchar(9) AS (concat(a, _latin1 x'e9')), c varchar(9) CHARACTER SET sjis DEFAULT (_sjis x'955c'), CHECK (a <> _latin1 x'e9275c'), u varchar(9) CHARACTER SET utf16, CHECK (u <> _utf16 x'd83dde00'), KEY k ((concat(c, _sjis x'835c'))))",
        "CHECK ((`a` <> _latin1'",
        "ALTER TABLE foreign_expressions MODIFY b varchar(9) AS (concat(a, _latin1 x'fc'))",
      ),
      "(a) VALUES ('ü')",
    ),
  ];
}

function tables(): MysqlFeature[] {
  return [
    filled(
      table(
        'checks that the server rewords when a key is added, as it is to large tables after their rows',
        'reworded',
        "(a varchar(9) CHARACTER SET latin1, t longtext, KEY (a), CHECK (a <> 'x'))",
        "CHECK ((`a` <> _utf8mb4'x'))",
        'ALTER TABLE reworded DROP KEY a',
      ),
      ...[1, 2, 3].map((row) => `VALUES ('${row}', REPEAT('large', 600000))`),
    ),
    filled(
      table(
        'partitions by key',
        'by_key',
        '(a int PRIMARY KEY) PARTITION BY LINEAR KEY ALGORITHM=2 (a) PARTITIONS 3',
        'PARTITION BY LINEAR KEY (a)',
        'ALTER TABLE by_key COALESCE PARTITION 1',
      ),
      'VALUES (1), (2), (3), (4)',
    ),
    filled(
      table(
        'partitions of texts, with comments and parts',
        'by_text',
        "(a varchar(9)) PARTITION BY LIST COLUMNS (a) (PARTITION `odd's` VALUES IN ('😀', 'é') COMMENT 'it''s', PARTITION p1 VALUES IN ('b'))",
        '(_utf8mb4 0xF09F9880,',
        'ALTER TABLE by_text TRUNCATE PARTITION p1',
      ),
      "VALUES ('😀'), ('b')",
    ),
    table(
      'the next AUTO_INCREMENT of a table without rows',
      'counter',
      '(id bigint unsigned AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=18446744073709551000',
      'AUTO_INCREMENT=18446744073709551000',
      'ALTER TABLE counter AUTO_INCREMENT=18446744073709551001',
    ),
    table(
      'how a table is packed, and where another server has it',
      'packed',
      "(id int PRIMARY KEY, t varchar(9), KEY k (t) USING BTREE COMMENT 'c') MAX_ROWS=9 AVG_ROW_LENGTH=3 PACK_KEYS=1 CONNECTION='mysql://x'",
      "PACK_KEYS=1 CONNECTION='mysql://x'",
      "ALTER TABLE packed CONNECTION='mysql://y'",
    ),
    filled(
      table(
        'the engine that has a second copy of a table',
        'copied',
        '(id int PRIMARY KEY, b int, KEY (b)) SECONDARY_ENGINE=rapid',
        'SECONDARY_ENGINE=rapid',
        'ALTER TABLE copied SECONDARY_ENGINE=NULL',
      ),
      'VALUES (1, 1)',
    ),
    table(
      'how and where a table is stored',
      'placed',
      '(id int PRIMARY KEY, u int COLUMN_FORMAT FIXED) TABLESPACE innodb_system ROW_FORMAT=REDUNDANT STATS_PERSISTENT=0',
      'TABLESPACE `innodb_system`',
      'ALTER TABLE placed TABLESPACE innodb_file_per_table',
    ),
    table(
      'attributes for other engines',
      'attributed',
      `(id int PRIMARY KEY, a int SECONDARY_ENGINE_ATTRIBUTE '{"b": "it''s"}', c int NOT SECONDARY) SECONDARY_ENGINE_ATTRIBUTE '{"d": [4]}'`,
      'SECONDARY_ENGINE_ATTRIBUTE',
      `ALTER TABLE attributed SECONDARY_ENGINE_ATTRIBUTE '{"d": [5]}'`,
    ),
    filled(
      table(
        'columns that were added and dropped without rewriting rows',
        'instant',
        '(a int, gone int)',
        "`later` varchar(9) NOT NULL DEFAULT 'old'",
        "UPDATE instant SET later = 'Old' LIMIT 1",
      ),
      'VALUES (1, 1), (2, 2)',
    ),
  ].map((feature) =>
    feature.object === 'instant'
      ? {
          ...feature,
          made: [
            ...feature.made,
            "ALTER TABLE instant ADD COLUMN later varchar(9) NOT NULL DEFAULT 'old', ALGORITHM=INSTANT",
            'ALTER TABLE instant DROP COLUMN gone, ALGORITHM=INSTANT',
          ],
        }
      : feature,
  );
}

function objects(role: string): MysqlFeature[] {
  const tick = "SET @log = CONCAT(@log, '";
  return [
    {
      name: 'views with LATERAL',
      made: [
        'CREATE TABLE tree (id int PRIMARY KEY, parent int)',
        'CREATE VIEW lateral_view AS SELECT t.id, l.most FROM tree t, LATERAL (SELECT MAX(id) AS most FROM tree u WHERE u.parent = t.id) AS l',
      ],
      kind: 'views',
      object: 'lateral_view',
      shown: 'lateral (select max(',
      change:
        'ALTER VIEW lateral_view AS SELECT t.id, l.most FROM tree t, LATERAL (SELECT MIN(id) AS most FROM tree u WHERE u.parent = t.id) AS l',
    },
    {
      name: 'views that are materialized where an engine for that is there',
      made: ['CREATE MATERIALIZED VIEW materialized_view AS SELECT id FROM tree'],
      kind: 'views',
      object: 'materialized_view',
      shown: 'MATERIALIZED',
      change: 'CREATE OR REPLACE VIEW materialized_view AS SELECT id FROM tree',
    },
    {
      name: 'views of documents made of rows',
      made: [
        "CREATE JSON RELATIONAL DUALITY VIEW duality AS SELECT JSON_DUALITY_OBJECT('_id': id, 'parent': parent) FROM tree",
      ],
      kind: 'views',
      object: 'duality',
      shown: 'JSON RELATIONAL DUALITY VIEW',
      change:
        "CREATE OR REPLACE JSON RELATIONAL DUALITY VIEW duality AS SELECT JSON_DUALITY_OBJECT('_id': id, 'above': parent) FROM tree",
    },
    {
      name: 'roles as definers',
      made: [`CREATE DEFINER=${role} PROCEDURE by_role () SQL SECURITY INVOKER SELECT 1`],
      kind: 'routines',
      object: 'PROCEDURE by_role',
      shown: `DEFINER=${role}@\`%\``,
      change: 'DROP PROCEDURE by_role; CREATE PROCEDURE by_role () SQL SECURITY INVOKER SELECT 1',
    },
    {
      name: 'the sql_mode of routines',
      made: [
        "SET SESSION sql_mode='ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'",
        "CREATE FUNCTION moody () RETURNS text NO SQL RETURN 'a\\' || 'b'",
        "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'",
      ],
      kind: 'routines',
      object: 'FUNCTION moody',
      shown: 'NO_BACKSLASH_ESCAPES',
      change:
        "DROP FUNCTION moody; SET SESSION sql_mode='PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'; CREATE FUNCTION moody () RETURNS text NO SQL RETURN 'a\\' || 'b'; SET SESSION sql_mode=''",
    },
    {
      name: 'routines in JavaScript',
      made: [
        "CREATE FUNCTION scripted (a int) RETURNS int DETERMINISTIC LANGUAGE JAVASCRIPT AS $mle$ return a; // it's; $$ ż $mle$",
      ],
      kind: 'routines',
      object: 'FUNCTION scripted',
      shown: 'LANGUAGE JAVASCRIPT',
      change:
        'DROP FUNCTION scripted; CREATE FUNCTION scripted (a int) RETURNS int DETERMINISTIC LANGUAGE JAVASCRIPT AS $mle$ return a $mle$',
    },
    {
      name: 'the order in which triggers fire',
      made: [
        'CREATE TABLE triggered (id int)',
        `CREATE TRIGGER m BEFORE INSERT ON triggered FOR EACH ROW ${tick}m')`,
        `CREATE TRIGGER a BEFORE INSERT ON triggered FOR EACH ROW FOLLOWS m ${tick}a')`,
        `CREATE TRIGGER z BEFORE INSERT ON triggered FOR EACH ROW PRECEDES m ${tick}z')`,
      ],
      kind: 'triggers',
      object: 'm',
      shown: '"ACTION_ORDER":2',
      change: `DROP TRIGGER z; CREATE TRIGGER z BEFORE INSERT ON triggered FOR EACH ROW FOLLOWS m ${tick}z')`,
    },
    {
      name: 'the time zone and the state of events',
      made: [
        "SET time_zone='+05:30'",
        "CREATE EVENT dawn ON SCHEDULE AT '2037-06-01 12:00:00' ON COMPLETION PRESERVE DISABLE ON REPLICA COMMENT 'é' DO SELECT 1",
        "SET time_zone='+00:00'",
      ],
      kind: 'events',
      object: 'dawn',
      shown: '"time_zone":"+05:30"',
      change: 'ALTER EVENT dawn DISABLE',
    },
  ];
}
