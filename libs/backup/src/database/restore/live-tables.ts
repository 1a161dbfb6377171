import { DEADLOCK, errorNumber } from '../database.errors.js';
import { dropObject } from '../create-objects.js';
import { IDLE_SECONDS, underIdleLimit } from '../idle-limit.js';
import { takeInTurns } from '../lock-turns.js';
import { BackupError } from '../../errors/backup.error.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName, quoteQualified } from '../sql.js';

/** Tables whose triggers are to go. */
export interface TriggeredTables {
  readonly schema: string;
  readonly tables: readonly string[];
}

const MATTERS: ReadonlySet<string> = new Set(['busy', 'connection_lost']);

/**
 * Drops all triggers of some tables: they cannot cross schemas. The tables are locked first, so that no trigger is gone
 * while this waits for somebody's transaction.
 *
 * @param neighbours quoted names of tables that are changed next, and have to be free as well
 * @param onLocked called before the first trigger goes
 * @throws BackupError `busy` when a table does not get free in time
 */
export async function dropTriggers(
  connection: ServerConnection,
  owners: readonly TriggeredTables[],
  neighbours: readonly string[] = [],
  onLocked: () => void = () => undefined,
): Promise<void> {
  const triggers: { readonly schema: string; readonly names: readonly string[] }[] = [];
  for (const { schema, tables } of owners) {
    const rows = await connection.query(
      'SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS owner FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?',
      [schema],
    );
    const names = rows.filter(({ owner }) => tables.includes(String(owner))).map(({ name }) => String(name));
    triggers.push({ schema, names });
  }
  if (neighbours.length === 0 && triggers.every(({ names }) => names.length === 0)) {
    return;
  }
  const tables = owners.flatMap(({ schema, tables: own }) => own.map((table) => quoteQualified(schema, table)));
  await underIdleLimit(connection, IDLE_SECONDS.blocksWrites, async () => {
    await lockTables(connection, [...new Set([...tables, ...neighbours])]);
    onLocked();
    try {
      for (const { schema, names } of triggers) {
        await connection.query(`USE ${quoteName(schema)}`);
        for (const name of names) {
          await dropObject(connection, 'TRIGGER', name);
        }
      }
    } finally {
      await connection.query('UNLOCK TABLES');
    }
  });
}

async function lockTables(connection: ServerConnection, tables: readonly string[]): Promise<void> {
  const statement = `LOCK TABLES ${tables.map((table) => `${table} WRITE`).join(', ')}`;
  try {
    await takeInTurns(connection, async () => {
      await connection.query(statement);
    });
  } catch (error) {
    // else a damaged table, a trigger on a table that is gone, no privilege: then each step waits for itself
    if (errorNumber(error) === DEADLOCK || !(error instanceof BackupError) || MATTERS.has(error.code)) {
      throw error;
    }
  }
}
