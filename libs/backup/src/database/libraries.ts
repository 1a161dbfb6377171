import { librariesNotSupported } from './database.errors.js';
import type { OnUnreadable } from './schema-reader.js';
import type { ServerConnection } from './server-connection.js';

/** Libraries of JavaScript, which MySQL has since 9.2, are no part of a backup yet: they may not be missing without a word. */
export async function reportLibraries(
  connection: ServerConnection,
  database: string,
  onUnreadable: OnUnreadable,
): Promise<void> {
  const list = await connection.query(
    "SELECT 1 AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME = 'LIBRARIES'",
  );
  const libraries =
    list.length === 0
      ? []
      : await connection.query(
          'SELECT LIBRARY_NAME AS name FROM information_schema.LIBRARIES WHERE LIBRARY_SCHEMA = ? ORDER BY LIBRARY_NAME',
          [database],
        );
  if (libraries.length > 0) {
    onUnreadable(
      librariesNotSupported(
        database,
        libraries.map(({ name }) => String(name)),
      ),
    );
  }
}
