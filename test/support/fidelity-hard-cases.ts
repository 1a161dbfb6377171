import { oraclePackages } from './fidelity-routines.js';
import { createdUnder, inSession, type Query } from './fidelity-session.js';

/** Adds packages and what else MariaDB takes in sql_mode=ORACLE only. */
export async function createPackages(query: Query, database: string): Promise<void> {
  await inSession(query, database, oraclePackages());
}

/** Adds tables that keep their history, some of it made already. */
export async function createSystemVersionedTables(query: Query, database: string): Promise<void> {
  await inSession(query, database, [
    "SET timestamp=UNIX_TIMESTAMP('2020-01-01')",
    'CREATE TABLE versioned (id int PRIMARY KEY, x varchar(20)) WITH SYSTEM VERSIONING',
    `CREATE TABLE versioned_explicit (id int PRIMARY KEY, x int, unwatched int WITHOUT SYSTEM VERSIONING,
      begins timestamp(6) GENERATED ALWAYS AS ROW START INVISIBLE, ends timestamp(6) GENERATED ALWAYS AS ROW END,
      PERIOD FOR SYSTEM_TIME (begins, ends)) WITH SYSTEM VERSIONING`,
    'CREATE TABLE versioned_partitions (x int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME (PARTITION p0 HISTORY, PARTITION pn CURRENT)',
    'CREATE TABLE versioned_many (id int, k varchar(20), x text, PRIMARY KEY (k, id), UNIQUE KEY (id), KEY (x(10))) WITH SYSTEM VERSIONING',
    'CREATE TABLE versioned_bare (x int, y varchar(10)) WITH SYSTEM VERSIONING',
    'CREATE TABLE versioned_unique (a varchar(20) NOT NULL, b int NOT NULL, UNIQUE KEY (b), UNIQUE KEY (a)) WITH SYSTEM VERSIONING',
    'CREATE TABLE versioned_column (id int PRIMARY KEY, watched int WITH SYSTEM VERSIONING, unwatched int, `row_ends` int) ENGINE=Aria',
    'CREATE SEQUENCE versioned_counter',
    `CREATE TABLE versioned_child (id int PRIMARY KEY, parent int, n bigint DEFAULT nextval(versioned_counter), g int AS (parent + 1) VIRTUAL,
      FOREIGN KEY (parent) REFERENCES versioned (id) ON UPDATE CASCADE) WITH SYSTEM VERSIONING`,
    'CREATE TRIGGER versioned_trigger AFTER DELETE ON versioned_child FOR EACH ROW INSERT INTO versioned_bare VALUES (OLD.id, NULL)',
    'CREATE VIEW versioned_view AS SELECT id, x, row_start FROM versioned FOR SYSTEM_TIME ALL',
    'CREATE TABLE versioned_limit (id int, x int, PRIMARY KEY (id)) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME LIMIT 3 PARTITIONS 4',
    `CREATE TABLE versioned_interval (id int, x int, PRIMARY KEY (id)) WITH SYSTEM VERSIONING
      PARTITION BY SYSTEM_TIME INTERVAL 1 MONTH STARTS '2020-01-01 00:00:00' PARTITIONS 4`,
    "INSERT INTO versioned VALUES (1, 'a'), (2, 'b'), (3, 'c')",
    "INSERT INTO versioned_many SELECT seq, CONCAT('k', seq % 7), REPEAT(MD5(seq), 3) FROM seq_1_to_200",
    "INSERT INTO versioned_bare VALUES (1, 'a'), (1, 'a'), (2, NULL)",
    "INSERT INTO versioned_unique VALUES ('a', 1), ('b', 2)",
    'INSERT INTO versioned_column VALUES (1, 1, 1, 1), (2, 2, 2, 2)',
    'INSERT INTO versioned_child (id, parent) VALUES (1, 1), (2, 3), (3, NULL)',
    ...['limit', 'interval'].map((name) => `INSERT INTO versioned_${name} SELECT seq, seq FROM seq_1_to_5`),
    'INSERT INTO versioned_explicit (id, x, unwatched) VALUES (1, 1, 1), (2, 2, 2)',
    'INSERT INTO versioned_partitions VALUES (1), (2)',
    "SET timestamp=UNIX_TIMESTAMP('2021-01-01 00:00:00.123456')",
    "UPDATE versioned SET x = 'changed' WHERE id = 1",
    'DELETE FROM versioned WHERE id = 2',
    'UPDATE versioned_explicit SET x = 3, unwatched = 3',
    'DELETE FROM versioned_partitions WHERE x = 1',
    'DELETE FROM versioned_many WHERE id % 5 = 0',
    'UPDATE versioned_unique SET a = CONCAT(a, a)',
    'UPDATE versioned_column SET watched = 5, unwatched = 6 WHERE id = 1',
    'DELETE FROM versioned_child WHERE id = 3',
    ...['02-15', '03-15', '05-15', '08-01'].flatMap((day, step) => [
      `SET timestamp=UNIX_TIMESTAMP('2021-${day} 00:00:00.000001')`,
      `UPDATE versioned_many SET x = CONCAT(x, ${step}) WHERE id % 3 = 0`,
      `UPDATE versioned_bare SET y = ${step} WHERE x = 1`,
      ...['limit', 'interval'].map((name) => `UPDATE versioned_${name} SET x = x + 10 WHERE x % 10 <= 2`),
    ]),
  ]);
}

/**
 * Adds tables whose definitions have letters outside the Basic Multilingual Plane. SHOW CREATE TABLE and information_schema
 * show those of members and of literal defaults as question marks. (Expressions with them are shown, but make the table
 * unusable in strict modes.)
 */
export async function createFourByteDefinitions(query: Query, database: string): Promise<void> {
  await inSession(query, database, [
    `CREATE TABLE four_bytes (id int PRIMARY KEY, e enum('😀','b','it''s 😁'), s set('a','x😀','b😂') DEFAULT 'a,b😂', d varchar(10) DEFAULT '😀',
      n enum('?','ż😀') NOT NULL DEFAULT 'ż😀', w enum('😀') CHARACTER SET utf16, c char(10) NOT NULL DEFAULT '''😀\\\\', plain varchar(9) DEFAULT '?', KEY (d)) DEFAULT CHARSET=utf8mb4`,
    'INSERT INTO four_bytes (id, e, s) VALUES (1, 1, 1), (2, 2, 2), (3, 3, 7)',
    'INSERT INTO four_bytes (id) VALUES (4)',
  ]);
}

/** Adds foreign keys that some versions show in quotes that end too early, and one that looks like another of those. */
export async function createOddForeignKeys(query: Query, database: string): Promise<void> {
  await inSession(query, database, [
    "CREATE TABLE `par``ent` (id int PRIMARY KEY, `a``` int, `b` int, UNIQUE KEY (`a```, b)) COMMENT='\n  CONSTRAINT `odd`key` FOREIGN KEY (`x`)'",
    `CREATE TABLE child (id int PRIMARY KEY, \`x\`\`y\` int, z int,
      CONSTRAINT \`odd\`\`key\` FOREIGN KEY (\`x\`\`y\`, z) REFERENCES \`par\`\`ent\` (\`a\`\`\`, b) ON DELETE CASCADE,
      CONSTRAINT \`odd\`\`\`\`key\` FOREIGN KEY (\`x\`\`y\`, z) REFERENCES \`par\`\`ent\` (\`a\`\`\`, b),
      CONSTRAINT plain FOREIGN KEY (z) REFERENCES \`par\`\`ent\` (id))`,
    'INSERT INTO `par``ent` VALUES (1, 1, 1), (2, 2, 2)',
    'INSERT INTO child VALUES (1, 1, 1), (2, NULL, 2)',
  ]);
}

/** Adds views that cannot be read any more: a backup must refuse them or list them as left out. */
export async function createBrokenViews(query: Query, database: string): Promise<void> {
  await inSession(query, database, [
    'CREATE TABLE base_of_broken (id int PRIMARY KEY, x int)',
    'CREATE VIEW without_column AS SELECT id, x FROM base_of_broken',
    'CREATE VIEW without_table AS SELECT id FROM base_of_broken',
    'CREATE VIEW on_broken AS SELECT id FROM without_table',
    'DROP TABLE base_of_broken',
    'CREATE TABLE base_of_broken (x int)',
    'DROP VIEW without_table',
  ]);
}

/** Adds names of events and comments that clients of old character sets made. The server shows them in UTF-8, and the bodies beside them not. */
export async function createMixedEncodings(query: Query, database: string): Promise<void> {
  await inSession(query, database, [
    ...createdUnder({ names: 'latin1' }, "CREATE PROCEDURE commented () COMMENT 'ß''s \\\\ \\n x' SELECT 'é'"),
    ...createdUnder({ names: 'sjis' }, "CREATE FUNCTION `表` (`ソ` int) RETURNS varchar(9) COMMENT '表ソ' RETURN '表'"),
    ...createdUnder(
      { names: 'latin1', sqlMode: 'ORACLE' },
      "CREATE PACKAGE commented_package COMMENT 'ß' AS PROCEDURE p; END;",
    ),
    ...createdUnder(
      { names: 'latin1' },
      "CREATE EVENT `été` ON SCHEDULE EVERY 3 MONTH DISABLE COMMENT 'DO ''ß''' DO SELECT 'é'",
    ),
    ...createdUnder(
      { names: 'sjis' },
      "CREATE EVENT `表 DO` ON SCHEDULE EVERY 3 MONTH DISABLE COMMENT '表ソ' DO SELECT '表'",
    ),
    ...createdUnder(
      { names: 'gbk' },
      "CREATE EVENT in_gbk ON SCHEDULE EVERY 1 YEAR DISABLE COMMENT '誠' DO SELECT '乗'",
    ),
  ]);
}
