import type { BackupHistory } from './entities/backup-history.entity.js';

/**
 * The databases of the tables that a backup's row names, each once. A name counts up to its first dot: databases with dots in
 * their names that begin alike count as one.
 */
export function heldDatabases({ tablesIncluded }: Pick<BackupHistory, 'tablesIncluded'>): string[] {
  return [...new Set((tablesIncluded ?? []).map((table) => table.split('.', 1)[0]))];
}
