import type { ServerConnection } from '../server-connection.js';
import { quoteName, quoteQualified } from '../sql.js';

/**
 * Foreign keys of tables that stayed where they are follow the tables they refer to when those are renamed into
 * another schema. This turns them back to the tables of the same names in `live`.
 */
export async function repairForeignKeys(connection: ServerConnection, away: string, live: string): Promise<void> {
  const rows = await connection.query(
    `SELECT usages.TABLE_SCHEMA AS childSchema, usages.TABLE_NAME AS child, usages.CONSTRAINT_NAME AS name,
            usages.REFERENCED_TABLE_NAME AS parent, usages.COLUMN_NAME AS columnName,
            usages.REFERENCED_COLUMN_NAME AS parentColumn, rules.UPDATE_RULE AS onUpdate, rules.DELETE_RULE AS onDelete
       FROM information_schema.KEY_COLUMN_USAGE usages
       JOIN information_schema.REFERENTIAL_CONSTRAINTS rules
         ON rules.CONSTRAINT_SCHEMA = usages.CONSTRAINT_SCHEMA AND rules.CONSTRAINT_NAME = usages.CONSTRAINT_NAME
        AND rules.TABLE_NAME = usages.TABLE_NAME
      WHERE usages.REFERENCED_TABLE_SCHEMA = ? AND usages.TABLE_SCHEMA <> ?
      ORDER BY usages.TABLE_SCHEMA, usages.TABLE_NAME, usages.CONSTRAINT_NAME, usages.ORDINAL_POSITION`,
    [away, away],
  );
  const keys = Map.groupBy(rows, (row) => JSON.stringify([row.childSchema, row.child, row.name]));
  for (const parts of keys.values()) {
    const [first] = parts;
    const child = quoteQualified(String(first.childSchema), String(first.child));
    const name = quoteName(String(first.name));
    const list = (key: 'columnName' | 'parentColumn'): string =>
      parts.map((part) => quoteName(String(part[key]))).join(', ');
    const parent = quoteQualified(live, String(first.parent));
    await connection.query(`ALTER TABLE ${child} DROP FOREIGN KEY ${name}`);
    await connection.query(
      `ALTER TABLE ${child} ADD CONSTRAINT ${name} FOREIGN KEY (${list('columnName')}) REFERENCES ${parent} (${list('parentColumn')}) ON DELETE ${String(first.onDelete)} ON UPDATE ${String(first.onUpdate)}`,
    );
  }
}
