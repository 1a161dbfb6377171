import { quoteName } from './fidelity-session.js';
import { eventsOfAnyServer, triggersOfAnyServer, viewsOfAnyServer } from './fidelity-objects.js';
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
    "CREATE FUNCTION told_all (a set('x','y') CHARSET latin1) RETURNS varchar(9) CHARSET latin1 COLLATE latin1_bin LANGUAGE SQL NOT DETERMINISTIC READS SQL DATA RETURN a",
    "CREATE PROCEDURE scripted (IN a int, OUT b int, INOUT c text) LANGUAGE JAVASCRIPT SQL SECURITY INVOKER COMMENT 'it''s' AS $tag$ b = a + 1; c = `$${c}`; // it's $$ $tag$",
    `CREATE PROCEDURE ${quoteName(other)}.far_away () SELECT * FROM far`,
    "CREATE FUNCTION in_javascript (a int) RETURNS int DETERMINISTIC LANGUAGE JAVASCRIPT AS $mle$ return a; // it's; $$ ż $mle$",
    // Made when the database had another collation.
    'ALTER DATABASE COLLATE utf8mb4_polish_ci',
    'CREATE PROCEDURE in_other_collation (a varchar(10)) SELECT a',
    'CREATE FUNCTION in_other_collation () RETURNS varchar(10) NO SQL RETURN 1',
    'CREATE TRIGGER in_other_collation BEFORE INSERT ON tree FOR EACH ROW SET @x = 1',
  ];
}

export function mysqlTriggers(definers: Definers): string[] {
  return [
    ...triggersOfAnyServer(definers),
    'CREATE TRIGGER on_myisam AFTER DELETE ON in_myisam FOR EACH ROW INSERT INTO in_memory (t) VALUES (OLD.t)',
  ];
}

export function mysqlEvents(definers: Definers): string[] {
  return [
    ...eventsOfAnyServer(definers),
    "CREATE EVENT on_replica ON SCHEDULE EVERY 2 DAY STARTS '2030-01-01' DISABLE ON REPLICA DO SELECT 1",
    "SET time_zone='+05:30'",
    "CREATE EVENT far_future ON SCHEDULE AT '2037-06-01 12:00:00' ON COMPLETION PRESERVE ENABLE DO DELETE FROM empty_table",
    "SET time_zone='+00:00'",
    "CREATE EVENT three_months ON SCHEDULE EVERY 3 MONTH STARTS '2036-12-31 23:59:59' ENDS '2037-12-31 00:00:00' DO SELECT 1",
    "CREATE EVENT fractional ON SCHEDULE EVERY '1 2:03:04' DAY_SECOND STARTS '2036-12-31 23:59:59' DO SELECT 1",
  ];
}

export function mysqlViews(other: string, definers: Definers): string[] {
  return [
    ...viewsOfAnyServer(other, definers),
    "CREATE VIEW texts_view AS SELECT id, CONCAT(e, ' é ', 'it''s; \\\\ \\n', x'00ff', _latin1 x'e9') AS v, e COLLATE utf8mb4_0900_bin AS c FROM defaults",
    'CREATE VIEW windowed AS SELECT id, SUM(parent) OVER w AS s, LAG(id, 1, -1) OVER (w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS l FROM tree WINDOW w AS (PARTITION BY parent ORDER BY id)',
    'CREATE VIEW lateral_view AS SELECT t.id, l.most FROM tree t, LATERAL (SELECT MAX(id) AS most FROM tree u WHERE u.parent = t.id) AS l',
    "CREATE VIEW json_view AS SELECT id, j->'$.b' AS b, j->>'$.b' AS c, JSON_VALUE(j, '$.b' RETURNING decimal(4,2) DEFAULT 1 ON EMPTY) AS d, x.n FROM documents, JSON_TABLE(j, '$[*]' COLUMNS (n FOR ORDINALITY, NESTED PATH '$' COLUMNS (m int PATH '$'))) AS x",
    'CREATE VIEW values_view AS VALUES ROW(1, 2), ROW(3, 4)',
    'CREATE VIEW z_ids AS SELECT id FROM z_base',
    'CREATE VIEW combined AS (SELECT id FROM tree INTERSECT SELECT id FROM z_base) EXCEPT SELECT 2 UNION ALL TABLE z_ids',
    'CREATE VIEW shaped AS SELECT ST_Latitude(at) AS t, ST_SRID(at) AS s FROM places',
    `CREATE DEFINER=${definers.missing} VIEW by_missing AS SELECT id FROM tree`,
    `CREATE DEFINER=${definers.missing} SQL SECURITY INVOKER VIEW on_missing AS SELECT id FROM z_base`,
  ];
}
