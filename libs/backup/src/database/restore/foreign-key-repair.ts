import { keyClauses } from '../ddl/create-table.js';
import { renameDatabases } from '../ddl/rename-database.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName, quoteQualified } from '../sql.js';

/**
 * Foreign keys of tables that stayed where they are follow the tables they refer to when those are renamed into
 * another schema. This turns them back to the tables of the same names in `live`.
 */
export async function repairForeignKeys(connection: ServerConnection, away: string, live: string): Promise<void> {
  const followers = await connection.query(
    `SELECT DISTINCT TABLE_SCHEMA AS childSchema, TABLE_NAME AS child, CONSTRAINT_NAME AS name
       FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_SCHEMA = ? AND TABLE_SCHEMA <> ?`,
    [away, away],
  );
  for (const { childSchema, child, name } of followers) {
    const table = quoteQualified(String(childSchema), String(child));
    const [row] = await connection.query(`SHOW CREATE TABLE ${table}`);
    const clause = keyClauses(String(row['Create Table'])).find(
      (candidate) => candidate.kind === 'foreign key' && candidate.name === String(name),
    );
    if (clause !== undefined) {
      // one statement cannot drop a foreign key and make one of the same name
      await connection.query(`ALTER TABLE ${table} DROP FOREIGN KEY ${quoteName(String(name))}`);
      await connection.query(`ALTER TABLE ${table} ADD ${renameDatabases(clause.text, new Map([[away, live]]))}`);
    }
  }
}
