import { createConnection } from 'mysql2/promise';
import { runEach } from './run-each.js';
import type { CreationSettings } from './fidelity-session.js';
import { quoteName, quoteText } from './fidelity-session.js';

/** The collation with which a connection's statements are sent in each character set. */
const CHARSETS: Readonly<Record<string, string>> = {
  utf8mb4: 'UTF8MB4_UNICODE_CI',
  utf8mb3: 'UTF8_GENERAL_CI',
  latin1: 'LATIN1_SWEDISH_CI',
  latin2: 'LATIN2_GENERAL_CI',
  cp1251: 'CP1251_GENERAL_CI',
  sjis: 'SJIS_JAPANESE_CI',
  big5: 'BIG5_CHINESE_CI',
  gbk: 'GBK_CHINESE_CI',
};

/** Adds definitions as clients with other settings make them: the server keeps those with each. */
export async function createUnderOldSettings(url: string, database: string): Promise<void> {
  const settings: readonly CreationSettings[] = [
    { sqlMode: '' },
    { sqlMode: 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES' },
    { sqlMode: 'NO_BACKSLASH_ESCAPES', names: 'latin1' },
    { sqlMode: 'IGNORE_SPACE,HIGH_NOT_PRECEDENCE', timeZone: '-11:00' },
    { sqlMode: 'NO_UNSIGNED_SUBTRACTION,REAL_AS_FLOAT', names: 'latin2' },
  ];
  for (const [index, each] of settings.entries()) {
    const isAnsi = each.sqlMode?.includes('ANSI') ?? false;
    await createUnder(url, database, each, [
      `CREATE PROCEDURE settings_${index} () BEGIN -- it's\n SELECT 'é;', ${isAnsi ? '\'a\\\' || "x"'.replace('"x"', "'x'") : "'ü'"}; END`,
      `CREATE FUNCTION settings_${index} () RETURNS varchar(20) NO SQL RETURN 'é'`,
      `CREATE TRIGGER settings_${index} BEFORE UPDATE ON triggered FOR EACH ROW BEGIN -- it's\n SET @x = 'é;', @z = 'ü'; END`,
      `CREATE EVENT settings_${index} ON SCHEDULE EVERY 1 WEEK DISABLE DO BEGIN -- it's\n SELECT 'é;'; END`,
      `CREATE VIEW settings_${index} AS SELECT 'é' || 'x' AS a, 'ü' AS \`ß\`, id FROM tree WHERE id <> 'é' OR NOT 1 = 2`,
    ]);
  }
  // Trailing bytes that look like a backslash and a quote.
  await createUnder(url, database, { names: 'sjis' }, [
    "CREATE PROCEDURE in_sjis () SELECT '表', 'ソ', '能'",
    "CREATE TRIGGER in_sjis BEFORE UPDATE ON triggered FOR EACH ROW SET @x = '表'",
    "CREATE EVENT in_sjis ON SCHEDULE EVERY 1 WEEK DISABLE DO SELECT '表'",
    // MySQL itself cannot read a view with a letter that ends in a backslash's byte.
    "CREATE VIEW in_sjis AS SELECT '字' AS `名`, id FROM tree",
  ]);
  await createUnder(url, database, { names: 'big5' }, ["CREATE PROCEDURE in_big5 () SELECT '功', '許'"]);
  await createUnder(url, database, { names: 'gbk' }, ["CREATE PROCEDURE in_gbk () SELECT '誠', '乗'"]);
  await createUnder(url, database, { names: 'cp1251' }, [
    "CREATE PROCEDURE in_cp1251 (`ы` int) SELECT 'Жы', `ы`",
    "CREATE VIEW `Ж` AS SELECT 'ы' AS `Щ`",
  ]);
  await createUnder(url, database, { names: 'latin1' }, [
    "CREATE TABLE made_in_latin1 (a varchar(20) DEFAULT 'é', b varchar(20) AS (concat(a, 'ü')) VIRTUAL, CONSTRAINT `é` CHECK (a <> 'ß')) COMMENT 'é'",
  ]);
}

/** Makes objects as a client with other settings does. */
export async function createUnder(
  url: string,
  database: string,
  { sqlMode = '', names = 'utf8mb4', timeZone = '+00:00' }: CreationSettings,
  statements: readonly string[],
): Promise<void> {
  const connection = await createConnection({ uri: url, charset: CHARSETS[names] });
  try {
    await connection.query(`USE ${quoteName(database)}`);
    await connection.query(`SET time_zone=${quoteText(timeZone)}, sql_mode=${quoteText(sqlMode)}`);
    await runEach(connection, statements);
  } finally {
    await connection.end();
  }
}
