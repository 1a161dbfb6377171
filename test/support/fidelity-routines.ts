import { createdUnder, quoteName, type CreationSettings } from './fidelity-session.js';

/** Who made a routine, as DEFINER clauses name them. */
export interface Definers {
  /** Account with quotes in its name. */
  readonly odd: string;
  /** Account that has never existed or is gone. */
  readonly missing: string;
  readonly role: string;
}

/** Session settings that routines, triggers and events carry with them. */
export const SETTINGS: readonly CreationSettings[] = [
  { sqlMode: '' },
  { sqlMode: 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES' },
  { sqlMode: 'NO_BACKSLASH_ESCAPES', names: 'latin1' },
  { sqlMode: 'STRICT_TRANS_TABLES,ALLOW_INVALID_DATES', names: 'utf8mb3 COLLATE utf8mb3_polish_ci' },
  { sqlMode: 'IGNORE_SPACE,HIGH_NOT_PRECEDENCE', names: 'utf8mb4 COLLATE utf8mb4_uca1400_as_ci' },
  { sqlMode: 'NO_UNSIGNED_SUBTRACTION,REAL_AS_FLOAT', names: 'latin2' },
];

/** What programs that look for the end of a statement stumble over. */
const BODY = `BEGIN
  -- it's a comment; with "one" quote '
  # another one's; $$
  /* and; // a
DELIMITER ;;
  block's */
  DECLARE delimiter int DEFAULT 1;
  SET delimiter = 1;
  /*!50000 SET @x = 'a;b' */;
  /*M!100000 SET @x = 'c;d' */;
  SELECT 'a;
b', ';;', '$$', '//', '@@', '~~', ';;;;', 'é ü ß', @@sql_mode, 'it''s', '*/', '/*', '--';
  IF delimiter > 0 THEN SELECT 1; END IF;
END`;

/** Functions, procedures and an aggregate; views use some of the functions. */
export function routines(other: string, definers: Definers): string[] {
  return [
    'CREATE FUNCTION twice (n int) RETURNS int DETERMINISTIC NO SQL RETURN n * 2',
    "CREATE FUNCTION row_count_of_tree () RETURNS bigint READS SQL DATA SQL SECURITY INVOKER COMMENT 'it''s; \\\\ \"é\"' RETURN (SELECT COUNT(*) FROM tree)",
    "CREATE FUNCTION `zażółć` (`ż` varchar(20) CHARACTER SET latin2 COLLATE latin2_croatian_ci) RETURNS varchar(30) CHARSET utf8mb4 RETURN CONCAT(`ż`, 'ż')",
    'CREATE FUNCTION `it\'s "odd" ``;\n name` () RETURNS text RETURN 1',
    'CREATE AGGREGATE FUNCTION total (x int) RETURNS int BEGIN DECLARE sum int DEFAULT 0; DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN sum; LOOP FETCH GROUP NEXT ROW; SET sum = sum + x; END LOOP; END',
    ...createdUnder({ names: 'latin1' }, `CREATE DEFINER=${definers.odd} PROCEDURE by_odd_in_latin1 () SELECT 'é'`),
    // The stock client swallows the line feed after a line that begins with its own command.
    'CREATE PROCEDURE client_command () SELECT\ndelimiter\nFROM (SELECT 1 AS delimiter) AS d',
    // what a function may change of its caller's
    "CREATE FUNCTION gives_back (IN a int, OUT b text, INOUT c set('x','y') CHARSET latin1) RETURNS int LANGUAGE SQL NOT DETERMINISTIC MODIFIES SQL DATA BEGIN SET b = 'b', c = 'x'; RETURN a; END",
    'CREATE AGGREGATE FUNCTION first_of (x varchar(9) CHARSET utf8mb3 COLLATE utf8mb3_bin) RETURNS varchar(9) CHARSET latin1 COLLATE latin1_bin READS SQL DATA SQL SECURITY INVOKER COMMENT "first" BEGIN FETCH GROUP NEXT ROW; RETURN x; END',
    'CREATE PROCEDURE with_cursor () BEGIN DECLARE v ROW (a int, b text); DECLARE c CURSOR (least int) FOR SELECT id, parent FROM tree WHERE id > least; FOR r IN c (1) DO SET v.a = r.id; END FOR; END',
    `CREATE DEFINER=${definers.odd} PROCEDURE by_odd () SQL SECURITY DEFINER SELECT 1`,
    `CREATE DEFINER=${definers.missing} PROCEDURE by_missing () MODIFIES SQL DATA SELECT 1`,
    `CREATE DEFINER=${definers.role} PROCEDURE by_role () CONTAINS SQL SELECT 1`,
    "CREATE PROCEDURE parameters (IN a decimal(10,2), OUT b text, INOUT `c;\n` enum('a','it''s'), IN d ROW TYPE OF tree, IN e TYPE OF tree.id) SET b = a",
    'CREATE PROCEDURE reads_view () SELECT * FROM first_view',
    `CREATE PROCEDURE ${quoteName(other)}.far_away () SELECT * FROM far`,
    ...SETTINGS.flatMap((settings, index) => [
      ...createdUnder(settings, `CREATE PROCEDURE settings_${index} () ${BODY}`),
      ...createdUnder(
        settings,
        `CREATE FUNCTION function_${index} () RETURNS varchar(20) ${index === 1 ? `RETURN 'é\\' || "x"`.replace('"x"', "'x'") : "RETURN 'é'"}`,
      ),
    ]),
    // Names that ASCII does not have, made by clients whose character set has them.
    ...createdUnder({ names: 'latin1' }, "CREATE PROCEDURE `été` (`ü` int) SELECT `ü`, 'é'"),
    // Trailing bytes that look like a backslash and a quote.
    ...createdUnder({ names: 'sjis' }, "CREATE PROCEDURE in_sjis () SELECT '表', 'ソ', '能'"),
    ...createdUnder({ names: 'big5' }, "CREATE PROCEDURE in_big5 () SELECT '功', '許'"),
    ...createdUnder({ names: 'gbk' }, "CREATE PROCEDURE in_gbk () SELECT '誠', '乗'"),
    ...createdUnder({ names: 'cp1251' }, "CREATE PROCEDURE in_cp1251 () SELECT 'Жы'"),
    // Made when the database had another collation.
    'ALTER DATABASE COLLATE utf8mb4_polish_ci',
    'CREATE PROCEDURE in_other_collation (a varchar(10)) SELECT a',
    'CREATE FUNCTION in_other_collation () RETURNS varchar(10) RETURN 1',
    'CREATE TRIGGER in_other_collation BEFORE INSERT ON tree FOR EACH ROW SET @x = 1',
    'CREATE EVENT in_other_collation ON SCHEDULE EVERY 1 YEAR DISABLE DO SET @x = 1',
  ];
}

/** Packages and other routines of sql_mode=ORACLE. */
export function oraclePackages(): string[] {
  const oracle: CreationSettings = { sqlMode: 'ORACLE' };
  return [
    ...createdUnder(
      oracle,
      "CREATE PACKAGE tools COMMENT 'é; it''s' AS FUNCTION f (a INT) RETURN INT; PROCEDURE p (b OUT VARCHAR2(10)); END;",
    ),
    ...createdUnder(
      oracle,
      `CREATE PACKAGE BODY tools AS
  -- it's private; $$
  hidden INT := 1;
  FUNCTION f (a INT) RETURN INT AS BEGIN RETURN a || 'é;'; END;
  PROCEDURE p (b OUT VARCHAR2(10)) AS BEGIN b := ';;'; END;
BEGIN
  hidden := 2;
END;`,
    ),
    ...createdUnder(oracle, 'CREATE PACKAGE `only spec;` SQL SECURITY INVOKER AS PROCEDURE p; END;'),
    ...createdUnder(
      oracle,
      'CREATE PROCEDURE oracle_style (a IN OUT INT) AS b INT := 1; BEGIN a := b; NULL; <<l>> LOOP EXIT l; END LOOP; END;',
    ),
    ...createdUnder(
      oracle,
      "CREATE FUNCTION oracle_function (a VARCHAR2) RETURN VARCHAR2 AS BEGIN RETURN a || 'x'; END;",
    ),
  ];
}
