import { definitionIllegible, foreignKeysIllegible } from './database.errors.js';
import { mayMisquoteForeignKeys, withQuotedForeignKeys, type ForeignKeyNames } from './ddl/foreign-key-names.js';
import { withLegibleLiterals } from './ddl/legible-literals.js';
import { streamTexts, type StreamedStatement } from './row-stream/raw-query.js';
import { textValues } from './row-stream/text-rows.js';
import type { ServerConnection } from './server-connection.js';
import { quoteQualified } from './sql.js';

/** What the server shows for each byte that it takes for no letter. */
const LOST = '?';

/** Definitions that are asked for in one go. */
const AT_ONCE = 50;

/**
 * The definitions of tables by name, as far as the server can show them at once: those that are missing are to be asked for
 * one by one, to learn why, or since it takes more than one statement.
 */
export async function readTableDefinitions(
  connection: ServerConnection,
  database: string,
  tables: readonly string[],
): Promise<Map<string, string>> {
  const definitions = new Map<string, string>();
  for (let first = 0; first < tables.length; first += AT_ONCE) {
    const statements = tables.slice(first, first + AT_ONCE).map((table): StreamedStatement => ({
      sql: showCreateTable(database, table),
      sink: {
        column: () => undefined,
        row: (buffer, offset) => {
          const [, definition] = textValues(buffer, offset, 2);
          if (isShownWhole(connection, definition)) {
            definitions.set(table, definition);
          }
        },
      },
    }));
    await streamTexts(connection, statements).catch(() => undefined);
  }
  return definitions;
}

/**
 * The statement that makes a table. MySQL shows texts in expressions (of checks, generated columns, defaults and keys) as the
 * bytes they are made of, and loses those that are no letters of the Basic Multilingual Plane in UTF-8, unless the session
 * takes whatever comes. MariaDB shows some names of foreign keys so that their quotes end too early.
 */
export function readTableDefinition(connection: ServerConnection, database: string, table: string): Promise<string> {
  return connection.alone(() => readShown(connection, database, table));
}

async function readShown(connection: ServerConnection, database: string, table: string): Promise<string> {
  const show = showCreateTable(database, table);
  const [row] = await connection.query(show);
  const shown = String(row['Create Table']);
  if (isShownWhole(connection, shown)) {
    return shown;
  }
  if (connection.server.flavour === 'mariadb') {
    const quoted = withQuotedForeignKeys(shown, await foreignKeys(connection, database, table));
    if (quoted === null) {
      throw foreignKeysIllegible(database, table);
    }
    return quoted;
  }
  await connection.query('SET character_set_results = NULL');
  try {
    const [{ 'Create Table': bytes }] = await connection.queryBytes(show);
    const legible = bytes === null ? null : withLegibleLiterals(bytes);
    if (legible === null) {
      throw definitionIllegible(database, table);
    }
    return legible;
  } finally {
    await connection.query('SET character_set_results = utf8mb4');
  }
}

function isShownWhole({ server }: ServerConnection, definition: string): boolean {
  return server.flavour === 'mariadb' ? !mayMisquoteForeignKeys(definition) : !definition.includes(LOST);
}

async function foreignKeys(connection: ServerConnection, database: string, table: string): Promise<ForeignKeyNames[]> {
  const rows = await connection.query(
    `SELECT CONSTRAINT_NAME AS name, COLUMN_NAME AS columnName, REFERENCED_COLUMN_NAME AS referenced
       FROM information_schema.KEY_COLUMN_USAGE
      WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND REFERENCED_COLUMN_NAME IS NOT NULL ORDER BY ORDINAL_POSITION`,
    [database, table],
  );
  return [...Map.groupBy(rows, (row) => String(row.name))].map(([name, parts]) => ({
    name,
    columns: parts.map((part) => String(part.columnName)),
    referencedColumns: parts.map((part) => String(part.referenced)),
  }));
}

function showCreateTable(database: string, table: string): string {
  return `SHOW CREATE TABLE ${quoteQualified(database, table)}`;
}
