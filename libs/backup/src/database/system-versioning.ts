import type { ColumnDescription } from './columns.js';
import type { ServerInfo } from './server-info.js';

/**
 * Tables that keep the rows they had: each row has a period of validity, whose end is part of every unique key. Where a
 * table's definition names no columns for it, the server adds two that only statements which name them see.
 *
 * @see https://mariadb.com/kb/en/system-versioned-tables/
 */
const HIDDEN_PERIOD: readonly ColumnDescription[] = (['start', 'end'] as const).map((rowPeriod) => ({
  name: `row_${rowPeriod}`,
  dataType: 'timestamp',
  columnType: 'timestamp(6)',
  characterSet: null,
  rowPeriod,
}));

/** The columns of a system-versioned table, those of its period included. */
export function withPeriod(columns: readonly ColumnDescription[]): readonly ColumnDescription[] {
  return columns.some(({ rowPeriod }) => rowPeriod !== undefined) ? columns : [...columns, ...HIDDEN_PERIOD];
}

/** Whether periods are numbers of transactions, which only the server they happened on knows. */
export function hasTransactionPeriod(columns: readonly ColumnDescription[]): boolean {
  return columns.some(({ rowPeriod, dataType }) => rowPeriod !== undefined && dataType !== 'timestamp');
}

/** A unique key's columns as the server has them: the end of the period tells the rows of one key apart. */
export function keyWithPeriod(key: readonly string[], columns: readonly ColumnDescription[]): string[] {
  const period = columns.filter(({ rowPeriod }) => rowPeriod !== undefined);
  const isComplete = key.length === 0 || period.some(({ name }) => key.includes(name));
  const end = period.filter(({ rowPeriod }) => rowPeriod === 'end').map(({ name }) => name);
  return isComplete ? [...key] : [...key, ...end];
}

/** Whether the server takes rows of the past: `system_versioning_insert_history` exists since MariaDB 10.11. */
export function takesHistory({ flavour, major, minor }: Pick<ServerInfo, 'flavour' | 'major' | 'minor'>): boolean {
  return flavour === 'mariadb' && (major > 10 || (major === 10 && minor >= 11));
}
