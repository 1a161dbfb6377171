import { quoteName } from './fidelity-session.js';
import type { Definers } from './fidelity-routines.js';

/** What programs that look for the end of a statement stumble over. */
const BODY = `BEGIN
  -- it's a comment; with "one" quote '
  # another one's; $$
  /* and; // a
    block's */
  DECLARE counter int DEFAULT 1;
  SET counter = 1;
  /*!50000 SET @x = 'a;b' */;
  SELECT 'a;
b', ';;', '$$', '//', '@@', '~~', ';;;;', 'é ü ß', @@sql_mode, 'it''s', '*/', '/*', '--';
  IF counter > 0 THEN SELECT 1; END IF;
END`;

/** Functions and procedures; views use some of the functions. Those that clients of old character sets made come apart. */
export function mysqlRoutines(other: string, definers: Definers): string[] {
  return [
    'CREATE FUNCTION twice (n int) RETURNS int DETERMINISTIC NO SQL RETURN n * 2',
    "CREATE FUNCTION row_count_of_tree () RETURNS bigint READS SQL DATA SQL SECURITY INVOKER COMMENT 'it''s; \\\\ \"é\"' RETURN (SELECT COUNT(*) FROM tree)",
    "CREATE FUNCTION `zażółć` (`ż` varchar(20) CHARACTER SET latin2 COLLATE latin2_croatian_ci) RETURNS varchar(30) CHARSET utf8mb4 NO SQL RETURN CONCAT(`ż`, 'ż')",
    'CREATE FUNCTION `it\'s "odd" ``;\n name` () RETURNS text DETERMINISTIC RETURN 1',
    'CREATE FUNCTION json_of (j json, v vector(3), g point) RETURNS json NO SQL RETURN j',
    `CREATE DEFINER=${definers.odd} PROCEDURE by_odd () SQL SECURITY DEFINER SELECT 1`,
    `CREATE DEFINER=${definers.missing} PROCEDURE by_missing () MODIFIES SQL DATA SELECT 1`,
    `CREATE DEFINER=${definers.role} PROCEDURE by_role () CONTAINS SQL SELECT 1`,
    "CREATE PROCEDURE parameters (IN a decimal(10,2), OUT b text, INOUT `c;\n` enum('a','it''s')) SET b = a",
    'CREATE PROCEDURE reads_view () SELECT * FROM first_view',
    `CREATE PROCEDURE bodied () ${BODY}`,
    `CREATE PROCEDURE ${quoteName(other)}.far_away () SELECT * FROM far`,
    "CREATE FUNCTION in_javascript (a int) RETURNS int DETERMINISTIC LANGUAGE JAVASCRIPT AS $mle$ return a; // it's; $$ ż $mle$",
    // Made when the database had another collation.
    'ALTER DATABASE COLLATE utf8mb4_polish_ci',
    'CREATE PROCEDURE in_other_collation (a varchar(10)) SELECT a',
    'CREATE FUNCTION in_other_collation () RETURNS varchar(10) NO SQL RETURN 1',
    'CREATE TRIGGER in_other_collation BEFORE INSERT ON tree FOR EACH ROW SET @x = 1',
  ];
}

/** Several triggers for each event, made in another order than they fire. */
export function mysqlTriggers(definers: Definers): string[] {
  const log = "SET @log = CONCAT(IFNULL(@log, ''), 'it''s; é')";
  return [
    'CREATE TABLE triggered (id int PRIMARY KEY, a varchar(50), `new;\n(x` int)',
    "INSERT INTO triggered VALUES (1, 'as it was', NULL)",
    ...['BEFORE INSERT', 'AFTER INSERT', 'BEFORE UPDATE', 'AFTER UPDATE', 'BEFORE DELETE', 'AFTER DELETE'].flatMap(
      (time) => {
        const name = (suffix: string): string => quoteName(`${time.toLowerCase()} ${suffix}`);
        const trigger = (suffix: string, order: string): string =>
          `CREATE TRIGGER ${name(suffix)} ${time} ON triggered FOR EACH ROW ${order} BEGIN ${log}; SET @x = ';;$$'; END`;
        return [
          trigger('m', ''),
          trigger('a', `FOLLOWS ${name('m')}`),
          trigger('z', `PRECEDES ${name('m')}`),
          trigger('k', `FOLLOWS ${name('z')}`),
        ];
      },
    ),
    "CREATE TRIGGER `odd ``;\n'` BEFORE INSERT ON triggered FOR EACH ROW SET NEW.a = CONCAT(NEW.a, '\\n;\\n'), NEW.`new;\n(x` = 1",
    `CREATE DEFINER=${definers.odd} TRIGGER by_odd AFTER INSERT ON tree FOR EACH ROW SET @x = 1`,
    `CREATE DEFINER=${definers.missing} TRIGGER by_missing AFTER INSERT ON tree FOR EACH ROW SET @x = 1`,
    'CREATE TRIGGER on_myisam AFTER DELETE ON in_myisam FOR EACH ROW INSERT INTO in_memory (t) VALUES (OLD.t)',
    'CREATE TRIGGER on_odd AFTER DELETE ON `line;\nand\n(more` FOR EACH ROW SET @x = OLD.id',
  ];
}

/** Events that do not run while tests do. */
export function mysqlEvents(definers: Definers): string[] {
  return [
    "CREATE EVENT disabled ON SCHEDULE EVERY 1 HOUR DISABLE COMMENT 'it''s; é \\\\' DO SELECT ';', 'é'",
    "CREATE EVENT on_replica ON SCHEDULE EVERY 2 DAY STARTS '2030-01-01' DISABLE ON REPLICA DO SELECT 1",
    `CREATE DEFINER=${definers.odd} EVENT by_odd ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1`,
    `CREATE DEFINER=${definers.missing} EVENT by_missing ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1`,
    "CREATE EVENT `odd ``;\n'` ON SCHEDULE EVERY '1:30' HOUR_MINUTE STARTS '2037-01-01' ON COMPLETION PRESERVE DO BEGIN SELECT ';;'; SELECT '$$'; END",
    "SET time_zone='+05:30'",
    "CREATE EVENT far_future ON SCHEDULE AT '2037-06-01 12:00:00' ON COMPLETION PRESERVE ENABLE DO DELETE FROM empty_table",
    "SET time_zone='+00:00'",
    "CREATE EVENT quarterly ON SCHEDULE EVERY 3 MONTH STARTS '2036-12-31 23:59:59' ENDS '2037-12-31 00:00:00' DO SELECT 1",
    "CREATE EVENT fractional ON SCHEDULE EVERY '1 2:03:04' DAY_SECOND STARTS '2036-12-31 23:59:59' DO SELECT 1",
    // Their time has passed since they were made.
    "SET timestamp=UNIX_TIMESTAMP('2001-01-01')",
    "CREATE EVENT past_once ON SCHEDULE AT '2002-01-01' ON COMPLETION NOT PRESERVE DISABLE DO SELECT 1",
    "CREATE EVENT past_end ON SCHEDULE EVERY 1 DAY STARTS '2002-01-01' ENDS '2003-01-01' ON COMPLETION PRESERVE DISABLE DO SELECT 1",
    'SET timestamp=DEFAULT',
  ];
}

/** Views on tables, on one another, on functions and on the schema `other`. */
export function mysqlViews(other: string, definers: Definers): string[] {
  const elsewhere = quoteName(other);
  return [
    'CREATE VIEW z_base AS SELECT id, parent FROM tree WHERE id < 100',
    'CREATE VIEW m_middle AS SELECT id, parent FROM z_base WITH LOCAL CHECK OPTION',
    'CREATE VIEW a_top AS SELECT id, parent FROM m_middle WHERE id > 0 WITH CASCADED CHECK OPTION',
    "CREATE VIEW first_view AS SELECT twice(id) AS doubled, row_count_of_tree() AS `all`, `zażółć`('x') AS z FROM a_top",
    'CREATE ALGORITHM=TEMPTABLE SQL SECURITY INVOKER VIEW temptable AS SELECT DISTINCT id FROM tree ORDER BY id DESC LIMIT 5',
    'CREATE ALGORITHM=MERGE VIEW merged (`a``b`, `c;\n(d`) AS SELECT id, parent FROM tree',
    'CREATE VIEW star AS SELECT t.*, m.id AS other_id FROM tree t LEFT JOIN merged n ON n.`a``b` = t.id JOIN m_middle m ON m.id = t.id',
    "CREATE VIEW texts_view AS SELECT id, CONCAT(e, ' é ', 'it''s; \\\\ \\n', x'00ff', _latin1 x'e9') AS v, e COLLATE utf8mb4_0900_bin AS c FROM defaults",
    "CREATE VIEW dated AS SELECT d, DATE'2020-01-01' AS lit, TIMESTAMP'2020-01-01 00:00:00.5' AS t, INTERVAL 1 DAY + d AS n FROM temporals",
    'CREATE VIEW recursive_view AS WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n, ROW_NUMBER() OVER (ORDER BY n DESC) AS w FROM r',
    'CREATE VIEW windowed AS SELECT id, SUM(parent) OVER w AS s, LAG(id, 1, -1) OVER (w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS l FROM tree WINDOW w AS (PARTITION BY parent ORDER BY id)',
    'CREATE VIEW lateral_view AS SELECT t.id, l.most FROM tree t, LATERAL (SELECT MAX(id) AS most FROM tree u WHERE u.parent = t.id) AS l',
    "CREATE VIEW json_view AS SELECT id, j->'$.b' AS b, j->>'$.b' AS c, JSON_VALUE(j, '$.b' RETURNING decimal(4,2) DEFAULT 1 ON EMPTY) AS d, x.n FROM documents, JSON_TABLE(j, '$[*]' COLUMNS (n FOR ORDINALITY, NESTED PATH '$' COLUMNS (m int PATH '$'))) AS x",
    'CREATE VIEW values_view AS VALUES ROW(1, 2), ROW(3, 4)',
    'CREATE VIEW z_ids AS SELECT id FROM z_base',
    'CREATE VIEW combined AS (SELECT id FROM tree INTERSECT SELECT id FROM z_base) EXCEPT SELECT 2 UNION ALL TABLE z_ids',
    "CREATE VIEW constants AS SELECT 1 AS `1`, 'a' AS `a;\nb`, NULL AS n, TRUE OR FALSE AS o",
    'CREATE VIEW shaped AS SELECT ST_Latitude(at) AS t, ST_SRID(at) AS s FROM places',
    `CREATE DEFINER=${definers.odd} VIEW by_odd AS SELECT 1 AS one`,
    `CREATE DEFINER=${definers.role} SQL SECURITY INVOKER VIEW by_role AS SELECT 1 AS one`,
    `CREATE DEFINER=${definers.missing} VIEW by_missing AS SELECT id FROM tree`,
    `CREATE DEFINER=${definers.missing} SQL SECURITY INVOKER VIEW on_missing AS SELECT id FROM z_base`,
    `CREATE VIEW ${elsewhere}.a_far_view AS SELECT id FROM z_base`,
    `CREATE VIEW far_view AS SELECT f.id, v.id AS v FROM ${elsewhere}.far f JOIN ${elsewhere}.a_far_view v`,
  ];
}
