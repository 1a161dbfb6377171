import type { DatabaseRecord } from '../backup-set/manifest.js';
import { columnsNaming } from './ddl/create-table.js';

/** Databases after those whose sequences their columns' defaults are taken from, so that tables can be made in order. */
export function inReferenceOrder(databases: readonly DatabaseRecord[]): DatabaseRecord[] {
  const waiting = new Set(databases);
  const ordered: DatabaseRecord[] = [];
  const place = (database: DatabaseRecord): void => {
    waiting.delete(database);
    for (const other of waiting) {
      if (database.tables.some((table) => columnsNaming(table.ddl, new Set([other.name])).length > 0)) {
        place(other);
      }
    }
    ordered.push(database);
  };
  for (const database of databases) {
    if (waiting.has(database)) {
      place(database);
    }
  }
  return ordered;
}
