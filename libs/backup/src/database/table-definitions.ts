import { streamTexts, type StreamedStatement } from './row-stream/raw-query.js';
import { textValues } from './row-stream/text-rows.js';
import type { ServerConnection } from './server-connection.js';
import { quoteQualified } from './sql.js';

/** Definitions that are asked for in one go. */
const AT_ONCE = 50;

/**
 * The definitions of tables by name, as far as the server can show them at once: those that are missing are to be asked for
 * one by one, to learn why.
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
          definitions.set(table, definition);
        },
      },
    }));
    await streamTexts(connection, statements).catch(() => undefined);
  }
  return definitions;
}

export function showCreateTable(database: string, table: string): string {
  return `SHOW CREATE TABLE ${quoteQualified(database, table)}`;
}
