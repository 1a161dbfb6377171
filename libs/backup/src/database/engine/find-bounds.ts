import type { ServerConnection } from '../server-connection.js';
import { isBound } from '../table-bounds.js';
import { inKeyOrder, selectRows } from '../table-rows.js';
import type { BoundsResult, BoundsTask } from './engine-tasks.js';
import { readRows, tableEncoder } from './table-reader.js';

/**
 * Finds the next keys at which a table is divided, by a walk through its key that reads nothing else. The server tests four
 * to ten million rows a second (measured); the pages it brings to memory are those that are read next.
 */
export async function findBounds(
  connection: ServerConnection,
  task: BoundsTask,
  signal: AbortSignal,
): Promise<BoundsResult> {
  const columns = task.shape.columns.filter((column) => task.shape.key.includes(column.name));
  const shape = { ...task.shape, columns };
  const keys: string[][] = [];
  const encoder = tableEncoder(shape, () => undefined);
  await connection.use(task.database);
  const select = `${selectRows(shape, task.interval, isBound(shape, task.exponent))} LIMIT ${String(task.most)}`;
  const onRow = (buffer: Buffer, offset: number, end: number): void => {
    encoder.row(buffer, offset, end);
    keys.push(inKeyOrder(shape, encoder.lastKey()));
  };
  await readRows(connection, { shape, select, encoder, onRow }, signal);
  return { keys };
}
