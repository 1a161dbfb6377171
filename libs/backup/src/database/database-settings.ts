import type { ServerConnection } from './server-connection.js';
import { quoteName, quoteText } from './sql.js';

/** What a database gives to objects that are made in it, and its comment. */
export interface DatabaseSettings {
  readonly characterSet: string;
  readonly collation: string;
  /** Empty on servers whose databases have none. */
  readonly comment: string;
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
  };
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
}
