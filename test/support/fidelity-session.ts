/** Runs one or more statements; gives the rows of a single SELECT or SHOW. Consecutive calls may use different sessions. */
export type Query = (sql: string, params?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

export const SETTINGS: readonly string[] = [
  'SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci',
  "SET time_zone='+00:00', foreign_key_checks=0, innodb_strict_mode=1",
  "SET sql_mode='STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'",
];

const DEFAULTS = [
  'SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci',
  'SET time_zone=DEFAULT, foreign_key_checks=DEFAULT, check_constraint_checks=DEFAULT, timestamp=DEFAULT',
  'SET sql_mode=DEFAULT, explicit_defaults_for_timestamp=DEFAULT, innodb_strict_mode=DEFAULT',
];

/**
 * Runs statements in one session with known settings, `database` being the current one, and leaves no setting behind. The session
 * goes back to the database that it had: SHOW CREATE VIEW leaves out the name of the current one.
 */
export async function inSession(query: Query, database: string, statements: readonly string[]): Promise<void> {
  const [{ home }] = await query('SELECT DATABASE() AS home');
  const back = typeof home === 'string' ? [`USE ${quoteName(home)}`] : [];
  await query([`USE ${quoteName(database)}`, ...SETTINGS, ...statements, ...DEFAULTS, ...back].join(';\n'));
}

export interface CreationSettings {
  readonly sqlMode?: string;
  /** Character set and collation of the client that sends the statement. */
  readonly names?: string;
  readonly timeZone?: string;
}

/**
 * A statement as a client with other settings would have sent it. The server turns the text of a prepared statement
 * into the character set of the session.
 */
export function createdUnder({ sqlMode = '', names = 'utf8mb4', timeZone = '+00:00' }: CreationSettings, ddl: string) {
  return [
    `SET @ddl=${quoteText(ddl)}`,
    `SET time_zone=${quoteText(timeZone)}, sql_mode=${quoteText(sqlMode)}`,
    `SET NAMES ${names}`,
    'EXECUTE IMMEDIATE @ddl',
    ...SETTINGS,
  ];
}

export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A string literal for sessions without NO_BACKSLASH_ESCAPES. */
export function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\0', '\\0')}'`;
}

/** `INSERT` with rows of SQL expressions. */
export function insert(table: string, rows: readonly (readonly string[])[], verb = 'INSERT'): string {
  return `${verb} INTO ${quoteName(table)} VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}`;
}

/** A source of rows whose column `seq` counts from the first number to the last. */
export type Numbers = (first: number, last: number) => string;

/** MariaDB's own: https://mariadb.com/kb/en/sequence-storage-engine/ */
export const sequenceNumbers: Numbers = (first, last) => `seq_${first}_to_${last}`;
