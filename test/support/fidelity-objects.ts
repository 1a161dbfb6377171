import { createdUnder, quoteName } from './fidelity-session.js';
import { SETTINGS, type Definers } from './fidelity-routines.js';

/** Sequences, some of them used already. */
export function sequences(): string[] {
  return [
    'CREATE SEQUENCE counter START WITH 100 INCREMENT BY 10 CACHE 50',
    'DO NEXTVAL(counter), NEXTVAL(counter)',
    'CREATE SEQUENCE untouched',
    'CREATE SEQUENCE uncached START WITH -5 MINVALUE -10 MAXVALUE 1000 NOCACHE',
    'DO NEXTVAL(uncached), NEXTVAL(uncached), NEXTVAL(uncached)',
    'CREATE SEQUENCE cycled START WITH 1 MINVALUE 1 MAXVALUE 3 CACHE 2 CYCLE',
    'SELECT NEXTVAL(cycled) FROM seq_1_to_8',
    'CREATE SEQUENCE descending_sequence START WITH -1 INCREMENT BY -3 NOCACHE',
    'DO NEXTVAL(descending_sequence), NEXTVAL(descending_sequence)',
    'CREATE SEQUENCE descending_cycled START WITH 3 INCREMENT BY -1 MINVALUE 1 MAXVALUE 3 NOCACHE CYCLE',
    'SELECT NEXTVAL(descending_cycled) FROM seq_1_to_8',
    'CREATE SEQUENCE exhausted MAXVALUE 2 NOCACHE',
    'DO NEXTVAL(exhausted), NEXTVAL(exhausted)',
    'CREATE SEQUENCE set_back START WITH 1 NOCACHE',
    'DO SETVAL(set_back, 9223372036854775000)',
    "CREATE SEQUENCE `odd ``;\n it's` INCREMENT BY 0 ENGINE=Aria COMMENT='it''s; \\\\ ż'",
    'CREATE SEQUENCE at_limits START WITH 9223372036854775806 NOCACHE',
  ];
}

/** Views that any server takes, on tables, on one another, on functions and on the schema `other`. */
export function viewsOfAnyServer(other: string, definers: Definers): string[] {
  const elsewhere = quoteName(other);
  return [
    'CREATE VIEW z_base AS SELECT id, parent FROM tree WHERE id < 100',
    'CREATE VIEW m_middle AS SELECT id, parent FROM z_base WITH LOCAL CHECK OPTION',
    'CREATE VIEW a_top AS SELECT id, parent FROM m_middle WHERE id > 0 WITH CASCADED CHECK OPTION',
    "CREATE VIEW first_view AS SELECT twice(id) AS doubled, row_count_of_tree() AS `all`, `zażółć`('x') AS z FROM a_top",
    'CREATE ALGORITHM=TEMPTABLE SQL SECURITY INVOKER VIEW temptable AS SELECT DISTINCT id FROM tree ORDER BY id DESC LIMIT 5',
    'CREATE ALGORITHM=MERGE VIEW merged (`a``b`, `c;\n(d`) AS SELECT id, parent FROM tree',
    'CREATE VIEW star AS SELECT t.*, m.id AS other_id FROM tree t LEFT JOIN merged n ON n.`a``b` = t.id JOIN m_middle m ON m.id = t.id',
    "CREATE VIEW dated AS SELECT d, DATE'2020-01-01' AS lit, TIMESTAMP'2020-01-01 00:00:00.5' AS t, INTERVAL 1 DAY + d AS n FROM temporals",
    'CREATE VIEW recursive_view AS WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n, ROW_NUMBER() OVER (ORDER BY n DESC) AS w FROM r',
    "CREATE VIEW constants AS SELECT 1 AS `1`, 'a' AS `a;\nb`, NULL AS n, TRUE OR FALSE AS o",
    `CREATE DEFINER=${definers.odd} VIEW by_odd AS SELECT 1 AS one`,
    `CREATE DEFINER=${definers.role} SQL SECURITY INVOKER VIEW by_role AS SELECT 1 AS one`,
    `CREATE VIEW ${elsewhere}.a_far_view AS SELECT id FROM z_base`,
    `CREATE VIEW far_view AS SELECT f.id, v.id AS v FROM ${elsewhere}.far f JOIN ${elsewhere}.a_far_view v`,
  ];
}

/** The same, and views on sequences and of clients with other settings. */
export function views(other: string, definers: Definers): string[] {
  return [
    ...viewsOfAnyServer(other, definers),
    'CREATE VIEW uses_total AS SELECT total(id) AS t FROM tree GROUP BY parent',
    "CREATE VIEW texts_view AS SELECT id, CONCAT(v, ' é ', 'it''s; \\\\ \\n', x'00ff', _latin1 x'e9') AS v, c COLLATE utf8mb4_bin AS c FROM texts",
    "CREATE VIEW compares AS SELECT id FROM texts_view WHERE v LIKE '%;\\n%' OR c = 'ż' UNION ALL SELECT id FROM charset_latin1 WHERE v = 'é' AND t < 'ü'",
    'CREATE VIEW z_mixed AS SELECT id, v AS c FROM charset_latin1',
    "CREATE VIEW a_compares AS SELECT id, c > 'ż' AS larger, CONCAT(c, 'ł') AS longer FROM z_mixed WHERE c = 'ü'",
    "CREATE VIEW json_view AS SELECT id, j, JSON_VALUE(j, '$.b') AS b FROM documents",
    'CREATE VIEW next_values AS SELECT LASTVAL(counter) AS l',
    ...createdUnder({ names: 'latin2' }, `CREATE DEFINER=${definers.odd} VIEW by_odd_in_latin2 AS SELECT 'ł' AS one`),
    ...SETTINGS.flatMap((settings, index) =>
      createdUnder(
        settings,
        `CREATE VIEW settings_${index} AS SELECT 'é' || 'x' AS a, 'ü' AS \`ß\`, id FROM tree WHERE id <> 'é' OR NOT 1 = 2`,
      ),
    ),
    ...createdUnder({ names: 'cp1251' }, "CREATE VIEW `Ж` AS SELECT 'ы' AS `Щ`"),
    ...createdUnder({ names: 'sjis' }, "CREATE VIEW in_sjis AS SELECT '表' AS `ソ`, id FROM tree"),
  ];
}

/** Triggers that any server takes: several for each event, made in another order than they fire. */
export function triggersOfAnyServer(definers: Definers): string[] {
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
    'CREATE TRIGGER on_odd AFTER DELETE ON `line;\nand\n(more` FOR EACH ROW SET @x = OLD.id',
  ];
}

export function triggers(definers: Definers): string[] {
  return [
    ...triggersOfAnyServer(definers),
    'CREATE TRIGGER on_myisam AFTER DELETE ON in_myisam FOR EACH ROW INSERT INTO in_aria (t) VALUES (OLD.t)',
    ...SETTINGS.flatMap((settings, index) =>
      createdUnder(
        settings,
        `CREATE TRIGGER settings_${index} BEFORE UPDATE ON triggered FOR EACH ROW BEGIN -- it's\n SET @x = 'é;', @y = '\\\\ ;;', @z = ${index === 1 ? "'a' || 'b'" : "'ü'"}; END`,
      ),
    ),
    ...createdUnder({ names: 'latin1' }, "CREATE TRIGGER `été` BEFORE UPDATE ON triggered FOR EACH ROW SET @`ü` = 'é'"),
    ...createdUnder({ names: 'sjis' }, "CREATE TRIGGER in_sjis BEFORE UPDATE ON triggered FOR EACH ROW SET @x = '表'"),
  ];
}

/** Every unit of time that an event may have, with an amount of it. */
const INTERVALS: Readonly<Record<string, string>> = {
  YEAR: '1',
  QUARTER: '2',
  MONTH: '7',
  WEEK: '3',
  DAY: '400',
  HOUR: '25',
  MINUTE: '90',
  SECOND: '86401',
  YEAR_MONTH: "'1-3'",
  DAY_HOUR: "'2 5'",
  DAY_MINUTE: "'2 5:07'",
  DAY_SECOND: "'2 5:07:09'",
  HOUR_MINUTE: "'30:07'",
  HOUR_SECOND: "'30:07:09'",
  MINUTE_SECOND: "'90:09'",
};

/** Events that any server takes, and that do not run while tests do. */
export function eventsOfAnyServer(definers: Definers): string[] {
  return [
    "CREATE EVENT disabled ON SCHEDULE EVERY 1 HOUR DISABLE COMMENT 'it''s; é \\\\' DO SELECT ';', 'é'",
    `CREATE DEFINER=${definers.odd} EVENT by_odd ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1`,
    `CREATE DEFINER=${definers.missing} EVENT by_missing ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1`,
    "CREATE EVENT `odd ``;\n'` ON SCHEDULE EVERY '1:30' HOUR_MINUTE STARTS '2037-01-01' ON COMPLETION PRESERVE DO BEGIN SELECT ';;'; SELECT '$$'; END",
    ...Object.entries(INTERVALS).map(
      ([unit, amount]) =>
        `CREATE EVENT every_${unit} ON SCHEDULE EVERY ${amount} ${unit} STARTS '2037-01-01' + INTERVAL 1 DAY DO SELECT 1`,
    ),
    // Their time has passed since they were made.
    "SET timestamp=UNIX_TIMESTAMP('2001-01-01')",
    "CREATE EVENT past_once ON SCHEDULE AT '2002-01-01' ON COMPLETION NOT PRESERVE DISABLE DO SELECT 1",
    "CREATE EVENT past_end ON SCHEDULE EVERY 1 DAY STARTS '2002-01-01' ENDS '2003-01-01' ON COMPLETION PRESERVE DISABLE DO SELECT 1",
    'SET timestamp=DEFAULT',
  ];
}

export function events(definers: Definers): string[] {
  return [
    ...eventsOfAnyServer(definers),
    "CREATE EVENT on_replica ON SCHEDULE EVERY 2 DAY STARTS '2030-01-01' DISABLE ON SLAVE DO SELECT 1",
    ...createdUnder(
      { timeZone: '+05:30' },
      "CREATE EVENT far_future ON SCHEDULE AT '2037-06-01 12:00:00' ON COMPLETION PRESERVE ENABLE DO DELETE FROM empty_table",
    ),
    ...createdUnder(
      { timeZone: '-11:00', names: 'latin1', sqlMode: 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES' },
      "CREATE EVENT ete ON SCHEDULE EVERY 3 MONTH STARTS '2036-12-31 23:59:59' ENDS '2037-12-31 00:00:00' DO SELECT 'é\\' AS \"ü\"",
    ),
    ...SETTINGS.flatMap((settings, index) =>
      createdUnder(
        settings,
        `CREATE EVENT settings_${index} ON SCHEDULE EVERY 1 WEEK DISABLE DO BEGIN -- it's\n SELECT 'é;'; END`,
      ),
    ),
  ];
}
