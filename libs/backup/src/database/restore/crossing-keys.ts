import { z } from 'zod';
import { keyClauses } from '../ddl/create-table.js';
import { errorNumber } from '../database.errors.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName, quoteQualified } from '../sql.js';
import { readTableDefinition } from '../table-definitions.js';

export const crossingKeySchema = z.strictObject({
  schema: z.string(),
  table: z.string(),
  name: z.string(),
  /** As the table's definition has it, and as ALTER TABLE ... ADD takes it. */
  clause: z.string(),
});

/** A foreign key between a table that a swap moves to another schema and one that stays. */
export type CrossingKey = Readonly<z.infer<typeof crossingKeySchema>>;

/** Tables that are moved, by schema. */
export type MovedTables = ReadonlyMap<string, ReadonlySet<string>>;

export interface CrossingKeys {
  /**
   * Of tables that stay, by the schema they refer to. The server lets them follow the tables that go, and they have to
   * be turned back to those that come.
   */
  readonly incoming: ReadonlyMap<string, readonly CrossingKey[]>;
  /** Of tables that go, by their schema. What is put aside may not be in the way of rows in tables that stay. */
  readonly outgoing: ReadonlyMap<string, readonly CrossingKey[]>;
}

const NO_SUCH_TABLE = 1146;

export async function readCrossingKeys(connection: ServerConnection, moved: MovedTables): Promise<CrossingKeys> {
  const schemas = [...moved.keys()];
  const rows = await connection.query(
    `SELECT CONSTRAINT_SCHEMA AS childSchema, TABLE_NAME AS child, CONSTRAINT_NAME AS name,
            UNIQUE_CONSTRAINT_SCHEMA AS parentSchema, REFERENCED_TABLE_NAME AS parent
       FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA IN (?) OR UNIQUE_CONSTRAINT_SCHEMA IN (?)
      ORDER BY CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME`,
    [schemas, schemas],
  );
  const incoming = new Map<string, CrossingKey[]>();
  const outgoing = new Map<string, CrossingKey[]>();
  for (const row of rows) {
    const [schema, table, name] = [String(row.childSchema), String(row.child), String(row.name)];
    const childMoves = moved.get(schema)?.has(table) ?? false;
    const parentMoves = moved.get(String(row.parentSchema))?.has(String(row.parent)) ?? false;
    const clause = childMoves === parentMoves ? null : await readClause(connection, schema, table, name);
    if (clause !== null) {
      const [keys, owner] = childMoves ? [outgoing, schema] : [incoming, String(row.parentSchema)];
      keys.set(owner, [...(keys.get(owner) ?? []), { schema, table, name, clause }]);
    }
  }
  return { incoming, outgoing };
}

/** Makes a foreign key as it is recorded, whatever became of it meanwhile; nothing to do when its table is gone. */
export async function putBackKey(connection: ServerConnection, key: CrossingKey): Promise<void> {
  const clause = await readClause(connection, key.schema, key.table, key.name);
  if (clause === key.clause || (clause === null && !(await exists(connection, key)))) {
    return;
  }
  if (clause !== null) {
    await dropKey(connection, key.schema, key);
  }
  await connection.query(`ALTER TABLE ${quoteQualified(key.schema, key.table)} ADD ${key.clause}`);
}

/** Removes a foreign key from a table that was put aside in `schema`. */
export async function removeKey(connection: ServerConnection, schema: string, key: CrossingKey): Promise<void> {
  if ((await readClause(connection, schema, key.table, key.name)) !== null) {
    await dropKey(connection, schema, key);
  }
}

async function dropKey(connection: ServerConnection, schema: string, key: CrossingKey): Promise<void> {
  await connection.query(`ALTER TABLE ${quoteQualified(schema, key.table)} DROP FOREIGN KEY ${quoteName(key.name)}`);
}

/** Null when there is no such table or key. */
async function readClause(
  connection: ServerConnection,
  schema: string,
  table: string,
  name: string,
): Promise<string | null> {
  try {
    const clauses = keyClauses(await readTableDefinition(connection, schema, table));
    return clauses.find((clause) => clause.kind === 'foreign key' && clause.name === name)?.text ?? null;
  } catch (error) {
    if (errorNumber(error) === NO_SUCH_TABLE) {
      return null;
    }
    throw error;
  }
}

async function exists(connection: ServerConnection, { schema, table }: CrossingKey): Promise<boolean> {
  const found = await connection.query(
    'SELECT 1 AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
    [schema, table],
  );
  return found.length > 0;
}
