import type { BackupError } from '../../errors/backup.error.js';
import { errorNumber, tableChanged } from '../database.errors.js';
import type { DumpTask } from './engine-tasks.js';

/**
 * Server errors that mean that a table is no longer what the snapshot saw: changed, dropped, column gone, or that
 * somebody is about to change it who waits for another table that the snapshot holds.
 */
const TABLE_CHANGED = new Set([1412, 1146, 1054, 1072, 1176, 1932, 1213]);

/** A table whose rows are read in the snapshot. */
interface SnapshotRows {
  readonly task: Pick<DumpTask, 'database' | 'shape'>;
  /** Whether all of them have come. */
  readonly hasEnded: boolean;
}

/**
 * What an error says of the first of some tables whose rows have not all come: that it is not what the snapshot saw. Null:
 * something else.
 */
export function tableChange(tables: readonly SnapshotRows[], error: unknown): BackupError | null {
  if (!TABLE_CHANGED.has(errorNumber(error))) {
    return null;
  }
  const { database, shape } = (tables.find(({ hasEnded }) => !hasEnded) ?? tables[0]).task;
  return tableChanged(database, shape.name, error);
}
