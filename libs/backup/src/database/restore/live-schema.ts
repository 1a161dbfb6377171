import type { ServerConnection } from '../server-connection.js';

/** What stands in a schema under which names. */
export interface SchemaNames {
  readonly exists: boolean;
  /** Tables and sequences. */
  readonly tables: readonly string[];
  readonly views: readonly string[];
}

export async function readSchemaNames(connection: ServerConnection, schema: string): Promise<SchemaNames> {
  const found = await connection.query('SELECT 1 AS found FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?', [
    schema,
  ]);
  const rows = await connection.query(
    'SELECT TABLE_NAME AS name, TABLE_TYPE AS type FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?',
    [schema],
  );
  const named = (isView: boolean): string[] =>
    rows.filter((row) => (row.type === 'VIEW') === isView).map((row) => String(row.name));
  return { exists: found.length > 0, tables: named(false), views: named(true) };
}
