import { insert, quoteText, type Numbers } from './fidelity-session.js';

/** Tables of MySQL's own kinds of columns, keys, options, partitions and engines. They read the table `numbers`. */
export function mysqlTables(): string[] {
  return [
    ...primaryKeysThatNobodySees(),
    ...columns(),
    ...checks(),
    ...keys(),
    ...partitions(),
    ...engines(),
    ...options(),
  ];
}

/** The table that others are filled from: MySQL has no tables of numbers of its own. */
export function numbers(): string[] {
  return [
    'SET SESSION cte_max_recursion_depth=2000',
    'CREATE TABLE numbers (seq int PRIMARY KEY)',
    'INSERT INTO numbers WITH RECURSIVE n (seq) AS (SELECT 0 UNION ALL SELECT seq + 1 FROM n WHERE seq < 1299) SELECT seq FROM n',
  ];
}

/** From the table `numbers`, up to 1299. */
export const tableNumbers: Numbers = (first, last) =>
  `(SELECT seq FROM numbers WHERE seq BETWEEN ${first} AND ${last}) AS counted`;

const COMMENT = 'it\'s a "comment"; \\ back\\slash `tick` */ -- end\n(second line)\t%s zażółć 日本語';

function primaryKeysThatNobodySees(): string[] {
  return [
    'SET SESSION sql_generate_invisible_primary_key=ON',
    'CREATE TABLE keyless (a int, b varchar(10))',
    "INSERT INTO keyless VALUES (3, 'a'), (3, 'a'), (NULL, 'b')",
    "INSERT INTO keyless (my_row_id, a, b) VALUES (70, 1, 'c')",
    'DELETE FROM keyless WHERE my_row_id = 2',
    'CREATE TABLE keyless_empty (a int, UNIQUE KEY (a))',
    'SET SESSION sql_generate_invisible_primary_key=OFF',
    // One who makes such a column by hand has the same table but for the attribute.
    'CREATE TABLE keyless_by_hand (my_row_id bigint unsigned NOT NULL AUTO_INCREMENT INVISIBLE PRIMARY KEY, a int)',
    'INSERT INTO keyless_by_hand (a) VALUES (1), (2)',
  ];
}

function columns(): string[] {
  return [
    `CREATE TABLE computed (id int AUTO_INCREMENT PRIMARY KEY, first_name varchar(20), last_name varchar(20) INVISIBLE,
      full_name varchar(50) GENERATED ALWAYS AS (concat(first_name, ' it''s ', last_name)) STORED COMMENT ${quoteText(COMMENT)},
      longer varchar(60) AS (concat(full_name, '; \\\\ é')) VIRTUAL, tripled int AS (id2 * 3) STORED INVISIBLE, id2 int,
      point_of point AS (POINT(id2, id2)) STORED NOT NULL SRID 0, secret varchar(10) DEFAULT 's' INVISIBLE, KEY (longer), SPATIAL KEY (point_of))`,
    "INSERT INTO computed (first_name, last_name, id2) VALUES ('a', 'b', 1), ('it''s', NULL, 3)",
    "UPDATE computed SET secret = 'other' WHERE id = 1",
    'CREATE TABLE only_generated (a int AS (1) STORED, b int AS (2) VIRTUAL)',
    'INSERT INTO only_generated VALUES (), ()',
    'CREATE TABLE all_invisible_but_one (a int INVISIBLE, b int, c float INVISIBLE)',
    'INSERT INTO all_invisible_but_one (a, b, c) VALUES (1, 2, 0.1), (NULL, NULL, NULL)',
    `CREATE TABLE defaults (id int PRIMARY KEY, a varchar(60) DEFAULT (concat('a;', char(10), '''"', "\\\\")), b char(36) DEFAULT (uuid()),
      c datetime(3) DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3), d int DEFAULT (id + 1), e varchar(20) DEFAULT 'it''s; \\\\ \\n',
      f timestamp DEFAULT '2020-06-01 12:00:00', g json DEFAULT ('{"a": [1]}'), h varbinary(3) DEFAULT 0x00ff27, i bit(3) DEFAULT b'101',
      j text DEFAULT ('zażółć'), k varchar(20) DEFAULT (user()), l varchar(10) NOT NULL COMMENT ${quoteText(COMMENT)},
      m double DEFAULT 1e-300, n decimal(10,5) DEFAULT -0.00001, o date DEFAULT '0000-00-00', p int DEFAULT NULL,
      q varchar(10) CHARACTER SET ucs2 DEFAULT 'ж', r set('a','b') DEFAULT 'a,b', s vector(2) DEFAULT (to_vector('[1,2]')),
      t point DEFAULT (POINT(1, 2)), u binary(4) DEFAULT 'a', v varchar(4) DEFAULT '😀')`,
    "INSERT INTO defaults (id, l) VALUES (1, 'x')",
    "INSERT INTO defaults VALUES (2, NULL, 'u', '0000-00-00', NULL, '', '1970-01-01 00:00:01', NULL, '', NULL, NULL, NULL, '', -0.1, 0, NULL, 3, '', '', NULL, NULL, '', '')",
    `CREATE TABLE wide (id int PRIMARY KEY, ${Array.from({ length: 299 }, (_, index) => `column_${index} ${['int', 'varchar(20)', 'decimal(8,2)', 'float'][index % 4]} NULL`).join(', ')})`,
    ...[1, 2].map((id) => `INSERT INTO wide (id, column_${id}, column_${298 - id}) VALUES (${id}, ${id}, NULL)`),
    'CREATE TABLE empty_table (id int PRIMARY KEY, x text)',
    'CREATE TABLE vectors (id int PRIMARY KEY, v vector(3), longest vector(16383), w vector NOT NULL)',
    "INSERT INTO vectors VALUES (1, to_vector('[0.1,-1e-37,3.4e38]'), NULL, to_vector('[1]')), (2, NULL, to_vector(concat('[0.5', repeat(',1', 16382), ']')), to_vector('[-0,0]'))",
    // A column that was added later without rewriting rows, and one that was dropped so.
    'CREATE TABLE instant (id int PRIMARY KEY, gone int)',
    'INSERT INTO instant VALUES (1, 1), (2, 2)',
    "ALTER TABLE instant ADD COLUMN later varchar(10) NOT NULL DEFAULT 'old', ALGORITHM=INSTANT",
    'ALTER TABLE instant DROP COLUMN gone, ALGORITHM=INSTANT',
    "INSERT INTO instant VALUES (3, 'new')",
  ];
}

function checks(): string[] {
  return [
    `CREATE TABLE checked (id int PRIMARY KEY, a int CHECK (a > 0), b varchar(20), c int,
      CONSTRAINT \`it's "odd"\` CHECK (b <> 'it''s; \\\\' and b not like '%\\n%'), CONSTRAINT two CHECK (a < 100 or b is null),
      CONSTRAINT unenforced CHECK (c > 0) NOT ENFORCED)`,
    "INSERT INTO checked VALUES (1, 5, 'fine', -1)",
  ];
}

function keys(): string[] {
  const from = (first: number, last: number): string => `FROM numbers WHERE seq BETWEEN ${first} AND ${last}`;
  return [
    'CREATE TABLE no_key (a int, b varchar(10), KEY (b, a))',
    "INSERT INTO no_key VALUES (1, 'a'), (1, 'a'), (NULL, 'a'), (NULL, NULL), (1, 'A')",
    'CREATE TABLE unique_only (a varchar(20) NOT NULL, b int NULL, UNIQUE KEY z (a), UNIQUE KEY y (b))',
    "INSERT INTO unique_only VALUES ('b', 1), ('a', NULL), ('c', NULL), ('', 0)",
    'CREATE TABLE invisible_key (a int NOT NULL, b int NOT NULL, c int PRIMARY KEY, UNIQUE KEY z (a), UNIQUE KEY a_first (b) INVISIBLE, KEY both_ways (a DESC, b))',
    'INSERT INTO invisible_key VALUES (1, 3, 1), (2, 2, 2), (3, 1, 3)',
    'CREATE TABLE composite (a int, b varchar(10) COLLATE utf8mb4_0900_as_cs, c date, x int, PRIMARY KEY (c, b, a)) DEFAULT CHARSET=utf8mb4',
    `INSERT INTO composite SELECT seq % 7, CONCAT(CHAR(97 + seq % 5), 'ß'), '2020-01-01' + INTERVAL seq % 3 DAY, seq ${from(1, 105)}`,
    ...['utf8mb4_0900_ai_ci', 'utf8mb4_ja_0900_as_cs_ks', 'utf8mb4_0900_bin', 'utf8mb4_unicode_520_ci'].flatMap(
      (collation) => [
        `CREATE TABLE key_${collation} (k varchar(50) COLLATE ${collation} PRIMARY KEY, n int) DEFAULT CHARSET=utf8mb4`,
        `INSERT INTO key_${collation} SELECT CONCAT(ELT(1 + seq % 5, 'a', 'B', 'ż', '日', '😀'), seq, ELT(1 + seq % 3, '''', '\\\\', ';\\n')), seq ${from(1, 300)}`,
      ],
    ),
    'CREATE TABLE padded_key (k char(10) CHARACTER SET latin1 COLLATE latin1_german2_ci PRIMARY KEY)',
    "INSERT INTO padded_key VALUES (''), ('a'), ('\\t'), ('Ä'), ('z')",
    'CREATE TABLE unpadded_key (k varchar(10) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY) DEFAULT CHARSET=utf8mb4',
    "INSERT INTO unpadded_key VALUES (''), (' '), ('  '), ('a'), ('a '), ('a\\t')",
    'CREATE TABLE foreign_key_text (k varchar(20) CHARACTER SET sjis PRIMARY KEY)',
    "INSERT INTO foreign_key_text VALUES ('表'), ('ソ'), ('a')",
    'CREATE TABLE binary_key (k varbinary(20) PRIMARY KEY, n int)',
    `INSERT INTO binary_key SELECT CONCAT(CHAR(seq), ''';\\n', CHAR(255 - seq)), seq ${from(0, 255)}`,
    'CREATE TABLE fixed_binary_key (k binary(16) PRIMARY KEY, n int)',
    `INSERT INTO fixed_binary_key SELECT LEFT(UNHEX(SHA2(seq, 256)), 16), seq ${from(0, 255)}`,
    'CREATE TABLE date_key (d datetime(6), t time(3), n int, PRIMARY KEY (d, t))',
    `INSERT INTO date_key SELECT '0000-00-00', SEC_TO_TIME(seq - 5.0), seq ${from(1, 10)}`,
    `INSERT INTO date_key SELECT '2020-01-01' + INTERVAL seq MICROSECOND, '-838:59:59', seq ${from(1, 10)}`,
    "CREATE TABLE enum_key (e enum('b','a','') PRIMARY KEY)",
    "INSERT INTO enum_key VALUES ('a'), ('b'), ('')",
    'CREATE TABLE prefix_key (t text NOT NULL, n int, PRIMARY KEY (t(5)), UNIQUE KEY (n))',
    "INSERT INTO prefix_key VALUES ('abcde1', 2), ('abcdf2', 1), ('', NULL)",
    'CREATE TABLE descending (a int, b int NOT NULL, PRIMARY KEY (a DESC), UNIQUE KEY (b DESC, a), KEY (b ASC, a DESC))',
    'INSERT INTO descending VALUES (1, 1), (2, 1), (3, 0)',
    `CREATE TABLE functional (id int PRIMARY KEY, a varchar(20), b int, d json, KEY lowered ((lower(a))), UNIQUE KEY sum_of ((b + id), id),
      KEY mixed (b, (concat(a, 'it''s; \\\\ "')) DESC), KEY of_array ((cast(d->'$.tags' as char(20) array))), KEY of_numbers (b, (cast(d->'$.n' as unsigned array))))`,
    `INSERT INTO functional VALUES (1, 'Ż', 1, '{"tags": ["a", "b"], "n": [1, 18446744073709551615]}'), (2, NULL, NULL, NULL), (3, 'x', 1, '{"tags": [], "n": 3}')`,
    'CREATE TABLE functional_unique (a int NOT NULL, b int, UNIQUE KEY ((a + 1)), UNIQUE KEY after_it (a))',
    'INSERT INTO functional_unique VALUES (2, 1), (1, 2)',
    `CREATE TABLE indexed (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, a varchar(100), b text, c blob, d point NOT NULL SRID 4326, e int,
      KEY prefixed (a(10), b(20)) COMMENT ${quoteText(COMMENT)}, FULLTEXT KEY words (a, b), FULLTEXT KEY parts (b) WITH PARSER ngram, SPATIAL KEY (d), UNIQUE KEY hashed (c(20)), KEY hidden (e) INVISIBLE)`,
    `INSERT INTO indexed SELECT seq, CONCAT('words of row ', seq), 'more', CHAR(seq), ST_SRID(POINT(seq, 1), 4326), NULL ${from(1, 20)}`,
    'CREATE TABLE counter_zero (id int AUTO_INCREMENT PRIMARY KEY, x int)',
    'INSERT INTO counter_zero VALUES (0, 1), (-5, 2), (7, 3)',
    'CREATE TABLE counter_high (id bigint unsigned AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=18446744073709551000',
    'CREATE TABLE counter_ahead (x int, id smallint NOT NULL AUTO_INCREMENT, KEY (id)) AUTO_INCREMENT=4711',
    'INSERT INTO counter_ahead VALUES (1, 3)',
    'CREATE TABLE counter_of_gone_rows (id int AUTO_INCREMENT PRIMARY KEY)',
    'INSERT INTO counter_of_gone_rows VALUES (1), (2), (3)',
    'DELETE FROM counter_of_gone_rows WHERE id > 0',
  ];
}

function partitions(): string[] {
  const rows = (table: string): string =>
    `INSERT INTO ${table} SELECT seq, '1995-01-01' + INTERVAL seq * 40 DAY, seq % 9 FROM numbers WHERE seq BETWEEN 1 AND 300`;
  const own = 'id int, at date, region int';
  return [
    `CREATE TABLE by_range (${own}, KEY (id)) PARTITION BY RANGE (YEAR(at)) (PARTITION \`odd's \`\`part\` VALUES LESS THAN (2000) COMMENT 'it''s',
      PARTITION p1 VALUES LESS THAN (2010) MAX_ROWS=1000 MIN_ROWS=2, PARTITION p2 VALUES LESS THAN MAXVALUE)`,
    rows('by_range'),
    `CREATE TABLE by_columns (${own}) PARTITION BY RANGE COLUMNS (at, id) (PARTITION p0 VALUES LESS THAN ('2000-01-01', 5),
      PARTITION p1 VALUES LESS THAN (MAXVALUE, MAXVALUE))`,
    rows('by_columns'),
    `CREATE TABLE by_list (${own}) PARTITION BY LIST (region) (PARTITION a VALUES IN (0, 1, 2), PARTITION b VALUES IN (NULL, 3, 4), PARTITION c VALUES IN (5, 6, 7, 8))`,
    rows('by_list'),
    `CREATE TABLE by_list_columns (name varchar(10)) DEFAULT CHARSET=utf8mb4 PARTITION BY LIST COLUMNS (name)
      (PARTITION a VALUES IN ('a', 'it''s', ';\\n'), PARTITION b VALUES IN ('ż'))`,
    "INSERT INTO by_list_columns VALUES ('it''s'), ('ż'), (';\\n')",
    `CREATE TABLE by_hash (${own}, PRIMARY KEY (id)) PARTITION BY LINEAR HASH (id) PARTITIONS 3`,
    rows('by_hash'),
    `CREATE TABLE by_key (${own}, PRIMARY KEY (id, at)) PARTITION BY KEY ALGORITHM=2 (at) PARTITIONS 4`,
    rows('by_key'),
    `CREATE TABLE by_linear_key (${own}, PRIMARY KEY (id)) PARTITION BY LINEAR KEY () PARTITIONS 3`,
    rows('by_linear_key'),
    `CREATE TABLE by_instant (t timestamp NOT NULL, x int) PARTITION BY RANGE (UNIX_TIMESTAMP(t))
      (PARTITION p0 VALUES LESS THAN (UNIX_TIMESTAMP('2020-06-01')), PARTITION p1 VALUES LESS THAN MAXVALUE)`,
    "INSERT INTO by_instant VALUES ('2020-05-31 23:59:59', 1), ('2020-06-01', 2)",
    `CREATE TABLE subpartitioned (${own}) PARTITION BY RANGE (id) SUBPARTITION BY HASH (region)
      (PARTITION p0 VALUES LESS THAN (100) (SUBPARTITION s0, SUBPARTITION s1), PARTITION p1 VALUES LESS THAN MAXVALUE (SUBPARTITION s2, SUBPARTITION s3))`,
    rows('subpartitioned'),
  ];
}

function engines(): string[] {
  const own = 'id int AUTO_INCREMENT PRIMARY KEY, t varchar(50), f float, KEY (t)';
  const rows = (table: string): string =>
    `INSERT INTO ${table} SELECT seq, CONCAT('zażółć ', seq), seq / 3e0 FROM numbers WHERE seq BETWEEN 0 AND 50`;
  return [
    `CREATE TABLE in_myisam (${own}, FULLTEXT KEY (t)) ENGINE=MyISAM CHECKSUM=1 DELAY_KEY_WRITE=1 ROW_FORMAT=DYNAMIC AUTO_INCREMENT=900`,
    rows('in_myisam'),
    'DELETE FROM in_myisam WHERE id = 50',
    'CREATE TABLE second_counter (family varchar(10), id int AUTO_INCREMENT, PRIMARY KEY (family, id)) ENGINE=MyISAM',
    "INSERT INTO second_counter VALUES ('a', 1), ('a', 2), ('b', 1)",
    `CREATE TABLE in_memory (${own.replace('KEY (t)', 'KEY (t) USING BTREE')}) ENGINE=MEMORY MAX_ROWS=1000`,
    rows('in_memory'),
    'CREATE TABLE in_csv (id int NOT NULL, t varchar(50) NOT NULL) ENGINE=CSV',
    "INSERT INTO in_csv VALUES (1, 'it''s \\\"quoted\\\"; \\\\'), (1, '')",
    'CREATE TABLE in_archive (id int AUTO_INCREMENT PRIMARY KEY, t varchar(50), f float) ENGINE=ARCHIVE',
    "INSERT INTO in_archive SELECT seq, CONCAT('ż', seq), seq / 3e0 FROM numbers WHERE seq BETWEEN 1 AND 50",
    `CREATE TABLE in_blackhole (${own}) ENGINE=BLACKHOLE`,
    rows('in_blackhole'),
    'CREATE TABLE a_merge (id int, t varchar(50), f float, KEY (id), KEY (t)) ENGINE=MRG_MyISAM UNION=(in_myisam_plain, in_myisam_other) INSERT_METHOD=LAST',
    ...['in_myisam_plain', 'in_myisam_other'].flatMap((table) => [
      `CREATE TABLE ${table} (id int, t varchar(50), f float, KEY (id), KEY (t)) ENGINE=MyISAM`,
      `INSERT INTO ${table} VALUES (1, '${table}', 0.1)`,
    ]),
  ];
}

function options(): string[] {
  const own = 'id int AUTO_INCREMENT PRIMARY KEY, t varchar(50), f float, KEY (t)';
  return [
    `CREATE TABLE options (${own}) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 STATS_PERSISTENT=0 STATS_AUTO_RECALC=0 STATS_SAMPLE_PAGES=30
      MIN_ROWS=3 AVG_ROW_LENGTH=100 PACK_KEYS=1 COMMENT='é'`,
    `CREATE TABLE redundant (${own}) ROW_FORMAT=REDUNDANT`,
    `CREATE TABLE compressed_pages (${own}) COMPRESSION='zlib'`,
    `CREATE TABLE in_file_of_its_own (${own}) TABLESPACE innodb_file_per_table`,
    `CREATE TABLE in_system_tablespace (${own}) TABLESPACE innodb_system`,
    `CREATE TABLE attributes (id int PRIMARY KEY, t varchar(20) SECONDARY_ENGINE_ATTRIBUTE '{"b": "it''s"}',
      KEY (t) SECONDARY_ENGINE_ATTRIBUTE '{"k": 1}') SECONDARY_ENGINE_ATTRIBUTE '{"d": [4]}' AUTOEXTEND_SIZE=4M`,
    'CREATE TABLE not_secondary (id int PRIMARY KEY, t varchar(20) NOT SECONDARY, u int COLUMN_FORMAT FIXED STORAGE MEMORY)',
    insert('options', [['1', "'a'", '0.1']]),
    insert('redundant', [['1', "'a'", '0.1']]),
    insert('in_system_tablespace', [['1', "'a'", '0.1']]),
  ];
}
