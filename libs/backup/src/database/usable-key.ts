import { canBound, type ColumnDescription } from './columns.js';
import { keyClauses } from './ddl/create-table.js';

/** A column of a unique key. */
export interface KeyPart {
  readonly name: string;
  readonly column: string | null;
  readonly isWhole: boolean;
}

/** Without keys that the optimizer may not use: forcing one is an error. */
function visibleParts(parts: readonly KeyPart[], ddl: string): KeyPart[] {
  const hidden = new Set(keyClauses(ddl).flatMap((clause) => (clause.isHidden ? [clause.name] : [])));
  return parts.filter((part) => !hidden.has(part.name));
}

/** The primary key, or else the first unique key that can carry range bounds; null when there is none. */
export function usableKey(
  allParts: readonly KeyPart[],
  columns: readonly ColumnDescription[],
  ddl: string,
): { name: string; columns: string[] } | null {
  const parts = visibleParts(allParts, ddl);
  const boundable = new Set(columns.filter(canBound).map((column) => column.name));
  const names = [...new Set(parts.map((part) => part.name))];
  // InnoDB stores rows in the order of the primary key: walking by another one would be random reads
  const candidates = names.includes('PRIMARY') ? ['PRIMARY'] : names;
  for (const name of candidates) {
    const own = parts.filter((part) => part.name === name);
    const keyColumns = own.flatMap((part) => (part.column === null ? [] : [part.column]));
    if (own.every((part) => part.isWhole && part.column !== null && boundable.has(part.column))) {
      return { name, columns: keyColumns };
    }
  }
  return null;
}
