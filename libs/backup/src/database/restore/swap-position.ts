import { BackupError } from '../../errors/backup.error.js';
import type { ServerConnection } from '../server-connection.js';
import { readSchemaNames } from './live-schema.js';
import type { UndoRecord } from './undo-record.js';

/** Where the tables of a restore stand: the replaced ones in their place and the restored ones apart, or the reverse. */
export type SwapPosition = 'replaced are live' | 'restored are live';

/**
 * One statement moves the tables of all databases, so those of one tell. Null: there are no tables to move.
 *
 * @throws BackupError `undo_impossible` when they stand neither way: what follows would throw tables away
 */
export async function readSwapPosition(
  connection: ServerConnection,
  records: readonly UndoRecord[],
): Promise<SwapPosition | null> {
  const telling = records.find(({ moved }) => moved.length > 0) ?? records.find(({ placed }) => placed.length > 0);
  if (telling === undefined) {
    return null;
  }
  const position =
    telling.moved.length > 0 ? await placeOfReplaced(connection, telling) : await placeOfRestored(connection, telling);
  if (position === null) {
    throw new BackupError(
      'undo_impossible',
      `Schemas ${telling.live}, ${telling.undo} and ${telling.staging} do not hold the tables that a restore left in them: somebody moved or dropped tables; compare them and move what is missing back with RENAME TABLE.`,
    );
  }
  return position;
}

async function placeOfReplaced(
  connection: ServerConnection,
  { live, undo, moved }: UndoRecord,
): Promise<SwapPosition | null> {
  const apart = (await readSchemaNames(connection, undo)).tables;
  if (moved.every((table) => apart.includes(table))) {
    return 'restored are live';
  }
  const { tables } = await readSchemaNames(connection, live);
  const isHome = moved.some((table) => tables.includes(table)) && !moved.some((table) => apart.includes(table));
  return isHome ? 'replaced are live' : null;
}

/** Nothing was replaced: the restored tables are live, or they are not. */
async function placeOfRestored(
  connection: ServerConnection,
  { live, staging, placed }: UndoRecord,
): Promise<SwapPosition | null> {
  const { tables } = await readSchemaNames(connection, live);
  if (!placed.some((table) => tables.includes(table))) {
    return 'replaced are live';
  }
  const staged = (await readSchemaNames(connection, staging)).tables;
  return placed.some((table) => staged.includes(table)) ? null : 'restored are live';
}
