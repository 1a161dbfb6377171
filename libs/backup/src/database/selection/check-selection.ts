import { readDatabaseSettings } from '../database-settings.js';
import { unknownDatabase } from '../database.errors.js';
import { BackupError, messageOf } from '../../errors/backup.error.js';
import { ServerConnection, type ServerAddress } from '../server-connection.js';
import type { ServerInfo } from '../server-info.js';
import { quoteQualified } from '../sql.js';
import { conditionRefused } from './selection.errors.js';
import { TableFilter, type NamedObject, type TableSelection } from './table-selection.js';

/** What is chosen, by the names that the server has for it. */
export interface CheckedSelection {
  readonly databases: readonly string[];
  readonly filter: TableFilter;
}

/**
 * Looks whether what is chosen is there: finds patterns that match nothing and conditions that the server does not take, before
 * anything is read or written.
 *
 * @throws BackupError `unknown_database`, `not_found` or `invalid_option`
 */
export async function selectFrom(
  connection: ServerConnection,
  given: readonly string[],
  selection: TableSelection,
): Promise<CheckedSelection> {
  const { server } = connection;
  const databases = storedNames(given, server);
  const filter = new TableFilter(selection, server.lowerCaseTableNames === 0 ? 'exact' : 'folded');
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
  return { databases, filter };
}

/** The same in a session of its own, for who is not to read it now. @throws BackupError as {@link selectFrom} */
export async function checkSelection(
  address: ServerAddress,
  databases: readonly string[],
  selection: TableSelection,
): Promise<void> {
  const connection = await ServerConnection.open(address);
  try {
    await selectFrom(connection, databases, selection);
  } finally {
    await connection.end();
  }
}

/** A server with `lower_case_table_names=1` takes names in any case, and lists them in lower case. */
function storedNames(databases: readonly string[], { lowerCaseTableNames }: ServerInfo): string[] {
  return [...new Set(lowerCaseTableNames === 1 ? databases.map((name) => name.toLowerCase()) : databases)];
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
