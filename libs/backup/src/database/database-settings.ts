import type { ServerConnection } from './server-connection.js';
import { quoteName, quoteText } from './sql.js';

/** What a database gives to objects that are made in it, and its comment. */
export interface DatabaseSettings {
  readonly characterSet: string;
  readonly collation: string;
  /** Empty on servers whose databases have none. */
  readonly comment: string;
  /** Whether MySQL encrypts tables that do not say otherwise. */
  readonly defaultEncryption?: true;
}

/** Null when there is no such database. */
export async function readDatabaseSettings(
  connection: ServerConnection,
  database: string,
): Promise<DatabaseSettings | null> {
  const rows = await connection.query('SELECT * FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?', [database]);
  if (rows.length === 0) {
    return null;
  }
  const [row] = rows;
  return {
    characterSet: String(row.DEFAULT_CHARACTER_SET_NAME),
    collation: String(row.DEFAULT_COLLATION_NAME),
    comment: 'SCHEMA_COMMENT' in row ? String(row.SCHEMA_COMMENT) : '',
    ...(row.DEFAULT_ENCRYPTION === 'YES' ? { defaultEncryption: true } : {}),
  };
}

/**
 * Whether nothing in a database can be changed, whoever may do what. MySQL alone has that, since 8.0.22.
 *
 * @see https://dev.mysql.com/doc/refman/9.7/en/alter-database.html
 */
export async function isReadOnlyDatabase(connection: ServerConnection, database: string): Promise<boolean> {
  const { flavour, major } = connection.server;
  if (flavour === 'mariadb' || major < 8) {
    return false;
  }
  const rows = await connection.query(
    "SELECT 1 AS found FROM information_schema.SCHEMATA_EXTENSIONS WHERE SCHEMA_NAME = ? AND OPTIONS LIKE '%READ ONLY=1%'",
    [database],
  );
  return rows.length > 0;
}

/** Changes a database's settings, unless it has them. */
export async function writeDatabaseSettings(
  connection: ServerConnection,
  database: string,
  settings: DatabaseSettings,
): Promise<void> {
  const current = await readDatabaseSettings(connection, database);
  const { characterSet, collation, comment } = settings;
  if (current?.characterSet !== characterSet || current.collation !== collation) {
    await connection.query(`ALTER DATABASE ${quoteName(database)} CHARACTER SET ${characterSet} COLLATE ${collation}`);
  }
  if (current !== null && current.comment !== comment) {
    await connection.query(`ALTER DATABASE ${quoteName(database)} COMMENT ${quoteText(comment)}`);
  }
  if (current?.defaultEncryption !== settings.defaultEncryption && connection.server.flavour === 'mysql') {
    await connection.query(
      `ALTER DATABASE ${quoteName(database)} DEFAULT ENCRYPTION '${settings.defaultEncryption === true ? 'Y' : 'N'}'`,
    );
  }
}
