import { createdUnder, insert, quoteText } from './fidelity-session.js';

/** Tables whose columns, keys, partitions and engines are what must not be lost. */
export function structuredTables(): string[] {
  return [...columns(), ...checks(), ...keys(), ...partitions(), ...engines(), ...many()];
}

const COMMENT = 'it\'s a "comment"; \\ back\\slash `tick` */ -- end\n(second line)\t%s zażółć 日本語';

function columns(): string[] {
  return [
    `CREATE TABLE generated (id int AUTO_INCREMENT PRIMARY KEY, first_name varchar(20), last_name varchar(20) INVISIBLE,
      full_name varchar(50) AS (concat(first_name, ' ', last_name)) VIRTUAL, length int AS (char_length(first_name)) STORED,
      hidden int AS (id * 2) VIRTUAL INVISIBLE, secret varchar(20) INVISIBLE DEFAULT 'x', id_text varchar(32) AS (md5(last_name)) STORED UNIQUE,
      KEY (full_name), KEY (length)) COMMENT ${quoteText(COMMENT)}`,
    "INSERT INTO generated (id, first_name, last_name, secret) VALUES (1, 'Ada', 'Łukasz', 's1'), (2, NULL, 'O''Neill', NULL), (7, '', '', '')",
    'CREATE TABLE only_generated (a int AS (1 + 1) VIRTUAL)',
    'INSERT INTO only_generated VALUES (), ()',
    `CREATE TABLE defaults (id int PRIMARY KEY, a varchar(60) DEFAULT concat('a;', char(10), '''"', "\\\\"), b char(36) DEFAULT uuid(),
      c datetime(3) DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3), d int DEFAULT (id + 1), e varchar(20) DEFAULT 'it''s; \\\\ \\n',
      f timestamp DEFAULT '2020-06-01 12:00:00', g json DEFAULT ('{"a": [1]}'), h blob DEFAULT x'00ff27', i bit(3) DEFAULT b'101',
      j text DEFAULT ('zażółć'), k varchar(20) DEFAULT user(), l varchar(10) NOT NULL COMMENT ${quoteText(COMMENT)},
      m double DEFAULT 1e-300, n decimal(10,5) DEFAULT -0.00001, o date DEFAULT '0000-00-00', p int DEFAULT NULL,
      q varchar(10) CHARACTER SET ucs2 DEFAULT 'ж', r set('a','b') DEFAULT 'a,b', s bigint DEFAULT nextval(counter))`,
    "INSERT INTO defaults (id, l) VALUES (1, 'x')",
    "INSERT INTO defaults VALUES (2, NULL, 'u', '0000-00-00', NULL, '', '1970-01-01 00:00:01', NULL, NULL, NULL, NULL, '', '', -0.1, 0, NULL, 3, '', '', -5)",
    ...createdUnder(
      { names: 'latin1', timeZone: '-05:00' },
      `CREATE TABLE made_in_latin1 (a varchar(20) DEFAULT 'é', b varchar(20) AS (concat(a, 'ü')) VIRTUAL, c timestamp DEFAULT '2021-01-01 00:00:00',
        CONSTRAINT \`é\` CHECK (a <> 'ß')) COMMENT 'é'`,
    ),
    "INSERT INTO made_in_latin1 (a) VALUES ('é'), (DEFAULT)",
    ...createdUnder(
      { sqlMode: 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES' },
      `CREATE TABLE "made in ansi" ("a""b" varchar(20) DEFAULT 'back\\slash', c varchar(50) AS ("a""b" || '\\' || 'x') STORED,
        CHECK ("a""b" || 'x' <> '\\n'))`,
    ),
    "INSERT INTO `made in ansi` (`a\"b`) VALUES ('q\\\\'), (DEFAULT)",
    `CREATE TABLE wide (id int PRIMARY KEY, ${Array.from({ length: 299 }, (_, index) => `column_${index} ${['int', 'varchar(20)', 'decimal(8,2)', 'float'][index % 4]} NULL`).join(', ')})`,
    ...[1, 2].map((id) => `INSERT INTO wide (id, column_${id}, column_${298 - id}) VALUES (${id}, ${id}, NULL)`),
    'CREATE TABLE empty_table (id int PRIMARY KEY, x text)',
  ];
}

function checks(): string[] {
  return [
    `CREATE TABLE checked (id int PRIMARY KEY, a int CHECK (a > 0), b varchar(20), c json,
      CONSTRAINT \`it's "odd"\` CHECK (b <> 'it''s; \\\\' and b not like '%\\n%'), CONSTRAINT two CHECK (a < 100 or b is null))`,
    "INSERT INTO checked VALUES (1, 5, 'fine', '{}')",
    // Rows that no longer keep what was promised: constraints were added, or checks were off.
    'SET check_constraint_checks=0',
    "INSERT INTO checked VALUES (2, -5, 'it''s; \\\\', 'no json'), (3, 100, '', '')",
    'SET check_constraint_checks=1',
  ];
}

function keys(): string[] {
  const pairs = insert('no_key', [
    ['1', "'a'"],
    ['1', "'a'"],
    ['NULL', "'a'"],
    ['NULL', 'NULL'],
    ['1', "'A'"],
  ]);
  return [
    'CREATE TABLE no_key (a int, b varchar(10), KEY (b, a))',
    pairs,
    'CREATE TABLE unique_only (a varchar(20) NOT NULL, b int NULL, UNIQUE KEY z (a), UNIQUE KEY y (b))',
    "INSERT INTO unique_only VALUES ('b', 1), ('a', NULL), ('c', NULL), ('', 0)",
    'CREATE TABLE ignored_key (a int NOT NULL, b int NOT NULL, UNIQUE KEY z (a), UNIQUE KEY a_first (b) IGNORED)',
    'INSERT INTO ignored_key VALUES (1, 3), (2, 2), (3, 1)',
    'CREATE TABLE composite (a int, b varchar(10) COLLATE utf8mb4_general_ci, c date, x int, PRIMARY KEY (c, b, a))',
    "INSERT INTO composite SELECT seq % 7, CONCAT(CHAR(97 + seq % 5), 'ß'), '2020-01-01' + INTERVAL seq % 3 DAY, seq FROM seq_1_to_105",
    'CREATE TABLE string_key (k varchar(50) COLLATE utf8mb4_unicode_ci PRIMARY KEY, n int) DEFAULT CHARSET=utf8mb4',
    "INSERT INTO string_key SELECT CONCAT(ELT(1 + seq % 4, 'a', 'B', 'ż', '日'), seq, ELT(1 + seq % 3, '''', '\\\\', ';\\n')), seq FROM seq_1_to_300",
    'CREATE TABLE padded_key (k char(10) CHARACTER SET latin1 COLLATE latin1_german2_ci PRIMARY KEY)',
    "INSERT INTO padded_key VALUES (''), ('a'), ('\\t'), ('Ä'), ('z')",
    // Letters without weight: equal in a comparison, which leaves out the padding that tells them apart in the index.
    'CREATE TABLE unpadded_key (k char(10) CHARACTER SET utf8mb3 COLLATE utf8mb3_uca1400_swedish_nopad_as_ci PRIMARY KEY, x text)',
    "INSERT INTO unpadded_key SELECT CONCAT('k', LPAD(seq DIV 3, 3, '0'), REPEAT(CHAR(20), seq % 3)), REPEAT('x', 100) FROM seq_3_to_302",
    'CREATE TABLE foreign_key_text (k varchar(20) CHARACTER SET sjis PRIMARY KEY)',
    "INSERT INTO foreign_key_text VALUES ('表'), ('ソ'), ('a')",
    'CREATE TABLE binary_key (k varbinary(20) PRIMARY KEY, n int)',
    "INSERT INTO binary_key SELECT CONCAT(CHAR(seq), ''';\\n', CHAR(255 - seq)), seq FROM seq_0_to_255",
    'CREATE TABLE date_key (d datetime(6), t time(3), n int, PRIMARY KEY (d, t))',
    "INSERT INTO date_key SELECT '0000-00-00', SEC_TO_TIME(seq - 5.0), seq FROM seq_1_to_10",
    "INSERT INTO date_key SELECT '2020-01-01' + INTERVAL seq MICROSECOND, '-838:59:59', seq FROM seq_1_to_10",
    'CREATE TABLE uuid_key (u uuid PRIMARY KEY, n int)',
    "INSERT INTO uuid_key SELECT CONCAT(LPAD(HEX(seq * 7919), 8, '0'), '-0000-4000-8000-', LPAD(seq, 12, '0')), seq FROM seq_1_to_50",
    "CREATE TABLE enum_key (e enum('b','a','') PRIMARY KEY, i inet6 NOT NULL, UNIQUE KEY (i))",
    "INSERT INTO enum_key VALUES ('a', '::1'), ('b', '::2'), ('', '::3')",
    'CREATE TABLE prefix_key (t text NOT NULL, n int, PRIMARY KEY (t(5)), UNIQUE KEY (n))',
    "INSERT INTO prefix_key VALUES ('abcde1', 2), ('abcdf2', 1), ('', NULL)",
    'CREATE TABLE descending (a int, b int NOT NULL, PRIMARY KEY (a DESC), UNIQUE KEY (b DESC, a), KEY (b ASC, a DESC))',
    'INSERT INTO descending VALUES (1, 1), (2, 1), (3, 0)',
    `CREATE TABLE indexed (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, a varchar(100), b text, c blob, d point NOT NULL, e int,
      KEY prefixed (a(10), b(20)) COMMENT ${quoteText(COMMENT)}, FULLTEXT KEY words (a, b), SPATIAL KEY (d), UNIQUE KEY hashed (c), KEY hidden (e) IGNORED)`,
    "INSERT INTO indexed SELECT seq, CONCAT('words of row ', seq), 'more', CHAR(seq), POINT(seq, 1), NULL FROM seq_1_to_20",
    'CREATE TABLE counter_zero (id int AUTO_INCREMENT PRIMARY KEY, x int)',
    'INSERT INTO counter_zero VALUES (0, 1), (-5, 2), (7, 3)',
    'CREATE TABLE counter_high (id bigint unsigned AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=18446744073709551000',
    'CREATE TABLE counter_ahead (x int, id smallint NOT NULL AUTO_INCREMENT, KEY (id)) AUTO_INCREMENT=4711',
    'INSERT INTO counter_ahead VALUES (1, 3)',
    `CREATE TABLE periods (id int, price int, since date, until date, PERIOD FOR validity (since, until),
      UNIQUE KEY (id, validity WITHOUT OVERLAPS))`,
    "INSERT INTO periods VALUES (1, 10, '2020-01-01', '2020-02-01'), (1, 11, '2020-02-01', '2021-01-01')",
  ];
}

function partitions(): string[] {
  const rows = (table: string): string =>
    `INSERT INTO ${table} SELECT seq, '1995-01-01' + INTERVAL seq * 40 DAY, seq % 9 FROM seq_1_to_300`;
  const columns = 'id int, at date, region int';
  return [
    `CREATE TABLE by_range (${columns}, KEY (id)) PARTITION BY RANGE (YEAR(at)) (PARTITION \`odd's \`\`part\` VALUES LESS THAN (2000) COMMENT 'it''s',
      PARTITION p1 VALUES LESS THAN (2010), PARTITION p2 VALUES LESS THAN MAXVALUE)`,
    rows('by_range'),
    `CREATE TABLE by_columns (${columns}) PARTITION BY RANGE COLUMNS (at, id) (PARTITION p0 VALUES LESS THAN ('2000-01-01', 5),
      PARTITION p1 VALUES LESS THAN (MAXVALUE, MAXVALUE))`,
    rows('by_columns'),
    `CREATE TABLE by_list (${columns}) PARTITION BY LIST (region) (PARTITION a VALUES IN (0, 1, 2), PARTITION b VALUES IN (NULL, 3, 4), PARTITION c DEFAULT)`,
    rows('by_list'),
    `CREATE TABLE by_list_columns (name varchar(10)) DEFAULT CHARSET=utf8mb4 PARTITION BY LIST COLUMNS (name)
      (PARTITION a VALUES IN ('a', 'it''s', ';\\n'), PARTITION b VALUES IN ('ż'))`,
    "INSERT INTO by_list_columns VALUES ('it''s'), ('ż'), (';\\n')",
    `CREATE TABLE by_hash (${columns}, PRIMARY KEY (id)) PARTITION BY LINEAR HASH (id) PARTITIONS 3`,
    rows('by_hash'),
    `CREATE TABLE by_key (${columns}, PRIMARY KEY (id, at)) PARTITION BY KEY (at) PARTITIONS 4`,
    rows('by_key'),
    `CREATE TABLE by_instant (t timestamp NOT NULL, x int) PARTITION BY RANGE (UNIX_TIMESTAMP(t))
      (PARTITION p0 VALUES LESS THAN (UNIX_TIMESTAMP('2020-06-01')), PARTITION p1 VALUES LESS THAN MAXVALUE)`,
    "INSERT INTO by_instant VALUES ('2020-05-31 23:59:59', 1), ('2020-06-01', 2)",
    `CREATE TABLE subpartitioned (${columns}) PARTITION BY RANGE (id) SUBPARTITION BY HASH (region)
      (PARTITION p0 VALUES LESS THAN (100) (SUBPARTITION s0, SUBPARTITION s1), PARTITION p1 VALUES LESS THAN MAXVALUE (SUBPARTITION s2, SUBPARTITION s3))`,
    rows('subpartitioned'),
    `CREATE TABLE partitioned_myisam (${columns}, PRIMARY KEY (id)) ENGINE=MyISAM PARTITION BY HASH (id) PARTITIONS 2`,
    rows('partitioned_myisam'),
  ];
}

function engines(): string[] {
  const columns = 'id int AUTO_INCREMENT PRIMARY KEY, t varchar(50), f float, KEY (t)';
  const rows = (table: string): string =>
    `INSERT INTO ${table} SELECT seq, CONCAT('zażółć ', seq), seq / 3e0 FROM seq_0_to_50`;
  return [
    `CREATE TABLE in_myisam (${columns}, FULLTEXT KEY (t)) ENGINE=MyISAM CHECKSUM=1 DELAY_KEY_WRITE=1 ROW_FORMAT=DYNAMIC AUTO_INCREMENT=900`,
    rows('in_myisam'),
    `CREATE TABLE in_myisam_2 (${columns}, FULLTEXT KEY (t)) ENGINE=MyISAM`,
    'DELETE FROM in_myisam WHERE id = 50',
    `CREATE TABLE in_aria (${columns}) ENGINE=Aria TRANSACTIONAL=0 PAGE_CHECKSUM=0`,
    rows('in_aria'),
    // Aria puts rows where there is room: read again, they stand in another order.
    ...['PRIMARY KEY (id)', 'KEY (id)'].flatMap((key, index) => [
      `CREATE TABLE shuffled_${index} (id int NOT NULL, t text, f float, ${key}) ENGINE=Aria`,
      `INSERT INTO shuffled_${index} SELECT seq, REPEAT(MD5(seq), seq * 7919 % 200), seq / 3e0 FROM seq_1_to_300`,
      `INSERT INTO shuffled_${index} SELECT 1000 + seq, REPEAT('A', seq % 3), NULL FROM seq_1_to_20`,
      `DELETE FROM shuffled_${index} WHERE id % 4 = 0`,
      `UPDATE shuffled_${index} SET t = REPEAT('ab', id * 31 % 900) WHERE id % 3 = 0`,
    ]),
    "INSERT INTO shuffled_1 VALUES (1, 'A', 0.1), (1, 'a', 0.1), (1, 'A', 0.1), (1, NULL, NULL)",
    `CREATE TABLE in_memory (${columns} USING BTREE) ENGINE=MEMORY MAX_ROWS=1000`,
    rows('in_memory'),
    'CREATE TABLE in_csv (id int NOT NULL, t varchar(50) NOT NULL) ENGINE=CSV',
    "INSERT INTO in_csv VALUES (1, 'it''s \\\"quoted\\\"; \\\\'), (1, '')",
    'CREATE TABLE a_merge (id int, t varchar(50), f float, KEY (id), KEY (t)) ENGINE=MRG_MyISAM UNION=(in_myisam_plain, in_myisam_other) INSERT_METHOD=LAST',
    ...['in_myisam_plain', 'in_myisam_other'].flatMap((table) => [
      `CREATE TABLE ${table} (id int, t varchar(50), f float, KEY (id), KEY (t)) ENGINE=MyISAM`,
      `INSERT INTO ${table} VALUES (1, '${table}', 0.1)`,
    ]),
    `CREATE TABLE options (${columns}) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 STATS_PERSISTENT=0 STATS_AUTO_RECALC=0 MIN_ROWS=3 COMMENT='é'`,
    `CREATE TABLE page_compressed (${columns}) PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=3 ENCRYPTED=NO`,
    rows('page_compressed'),
    'CREATE TABLE quoted_csv (t varchar(50) NOT NULL) ENGINE=CSV IETF_QUOTES=1',
    "INSERT INTO quoted_csv VALUES ('it''s \\\"quoted\\\"'), ('')",
    `CREATE TABLE packed (${columns}) MAX_ROWS=9 AVG_ROW_LENGTH=3 PACK_KEYS=1 CONNECTION='mysql://x'`,
    'CREATE TABLE crash_safe (id int PRIMARY KEY) ENGINE=Aria TRANSACTIONAL=1 ROW_FORMAT=PAGE PAGE_CHECKSUM=1',
    "CREATE TABLE hashed_in_memory (id int, t varchar(9), KEY k (t) KEY_BLOCK_SIZE=1024 COMMENT 'c', KEY h (id) USING HASH) ENGINE=MEMORY",
    'CREATE TABLE compressed_columns (id int PRIMARY KEY, t text COMPRESSED, b blob COMPRESSED)',
    "INSERT INTO compressed_columns VALUES (1, REPEAT('long ', 500), REPEAT(x'00ff', 500)), (2, '', NULL)",
    `CREATE TABLE redundant (${columns}) ROW_FORMAT=REDUNDANT`,
    rows('redundant'),
  ];
}

function many(): string[] {
  return Array.from({ length: 200 }, (_, index) => String(index).padStart(3, '0')).flatMap((number, index) => [
    `CREATE TABLE small_${number} (id int PRIMARY KEY, name varchar(20))`,
    ...(index % 4 === 0 ? [] : [`INSERT INTO small_${number} VALUES (${index}, 'row'), (${index + 1}, NULL)`]),
  ]);
}
