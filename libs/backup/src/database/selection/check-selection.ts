import { readDatabaseSettings } from '../database-settings.js';
import { unknownDatabase } from '../database.errors.js';
import { BackupError, messageOf } from '../../errors/backup.error.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteQualified } from '../sql.js';
import { conditionRefused } from './selection.errors.js';
import type { NamedObject, TableFilter } from './table-selection.js';

/**
 * Finds patterns that match nothing and conditions that the server does not take, before anything is read or written.
 *
 * @throws BackupError `unknown_database`, `not_found` or `invalid_option`
 */
export async function checkSelection(
  connection: ServerConnection,
  databases: readonly string[],
  filter: TableFilter,
): Promise<void> {
  const objects: NamedObject[] = [];
  for (const database of databases) {
    objects.push(...(await namedObjects(connection, database)));
  }
  filter.assertMatches(databases, objects);
  for (const { database, name } of objects.filter((each) => each.kind === 'table')) {
    const subset = filter.holds(database, name) ? filter.subset(database, name) : undefined;
    if (subset?.kind === 'where') {
      await tryCondition(connection, database, name, subset.condition);
    }
  }
}

async function namedObjects(connection: ServerConnection, database: string): Promise<NamedObject[]> {
  if ((await readDatabaseSettings(connection, database)) === null) {
    throw unknownDatabase(database, connection.address);
  }
  const rows = await connection.query(
    'SELECT TABLE_NAME AS name, TABLE_TYPE AS type FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?',
    [database],
  );
  return rows.map((row) => ({ database, name: String(row.name), kind: kindOf(String(row.type)) }));
}

function kindOf(tableType: string): NamedObject['kind'] {
  if (tableType === 'VIEW' || tableType === 'SYSTEM VIEW') {
    return 'view';
  }
  return tableType === 'SEQUENCE' ? 'sequence' : 'table';
}

async function tryCondition(
  connection: ServerConnection,
  database: string,
  table: string,
  condition: string,
): Promise<void> {
  try {
    await connection.query(`SELECT 1 FROM ${quoteQualified(database, table)} WHERE (${condition}) LIMIT 0`);
  } catch (error) {
    const isRefused = error instanceof BackupError && error.code === 'query_failed';
    throw isRefused ? conditionRefused(database, table, messageOf(error.cause), error) : error;
  }
}
