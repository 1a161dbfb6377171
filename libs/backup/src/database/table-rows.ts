import type { Bound, ColumnRecord } from '../backup-set/manifest.js';
import { quoteName } from './sql.js';
import { selectDocument } from './row-stream/json-document.js';
import type { EncodedColumn } from './row-stream/literals.js';

/** What reading a table's rows needs to know of it: plain data that travels to worker threads. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly ColumnRecord[];
  /** Columns of the key that the rows are walked by; empty when there is none. */
  readonly key: readonly string[];
  /** Name of that key's index: `PRIMARY`, or a unique one; empty when there is none. */
  readonly keyName: string;
  /** Whether rows of the past are rows too. */
  readonly hasHistory?: true;
  /** Whether rows are read in an order that their values alone decide; only without a key. */
  readonly sortsByContent?: true;
  readonly statementBytes: number;
}

/** The part of a table's record that its rows are read by. */
export function tableShape(table: TableShape): TableShape {
  const { name, columns, key, keyName, hasHistory, sortsByContent, statementBytes } = table;
  return { name, columns, key, keyName, hasHistory, sortsByContent, statementBytes };
}

/** Part of a table in key order; null is open. */
export interface KeyInterval {
  readonly from: Bound | null;
  readonly to: Bound | null;
}

export const WHOLE_TABLE: KeyInterval = { from: null, to: null };

/**
 * What stands at the head of each object, so that it can be fed to the stock client by itself.
 * https://mariadb.com/kb/en/server-system-variables/
 */
export const OBJECT_PREAMBLE = `SET NAMES utf8mb4;
SET time_zone='+00:00';
SET sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';
SET foreign_key_checks=0, unique_checks=0 /*M!, check_constraint_checks=0 */;
`;

/** Lets rows be inserted with their periods; servers that cannot do that refuse it. */
export const INSERT_HISTORY = 'system_versioning_insert_history=1';

/** What stands at the head of an object of rows. */
export function rowsPreamble({ hasHistory }: Pick<TableShape, 'hasHistory'>): string {
  return hasHistory === true ? `${OBJECT_PREAMBLE}SET ${INSERT_HISTORY};\n` : OBJECT_PREAMBLE;
}

/**
 * The SELECT that gives the rows of an interval, columns in the shape's order.
 *
 * @param condition only rows of which it is true; null: all
 */
export function selectRows(shape: TableShape, interval: KeyInterval, condition: string | null = null): string {
  const columns = shape.columns.length === 0 ? 'NULL' : shape.columns.map(columnExpression).join(', ');
  const times = shape.hasHistory === true ? ' FOR SYSTEM_TIME ALL' : '';
  // a table without transactions is locked against writers, who are waiting and must not be waited for
  const from = `SELECT HIGH_PRIORITY ${columns} FROM ${quoteName(shape.name)}${times}`;
  const chosen = condition === null ? [] : [`(${condition})`];
  if (shape.key.length === 0) {
    // a full scan in storage order: a covering index would give another order
    const order = shape.sortsByContent === true ? ` ORDER BY ${contentHash(shape)}` : '';
    return `${from} USE INDEX ()${whereClause(chosen)}${order}`;
  }
  const order = shape.key.map(quoteName).join(', ');
  const conditions = [
    ...(interval.from === null ? [] : [boundCondition(shape.key, interval.from, '>')]),
    ...(interval.to === null ? [] : [boundCondition(shape.key, interval.to, '<')]),
    ...chosen,
  ];
  return `${from} FORCE INDEX (${quoteName(shape.keyName)})${whereClause(conditions)} ORDER BY ${order}`;
}

function whereClause(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

/**
 * Whether rows come in the binary protocol. The text protocol shows six digits of a FLOAT, and the server is slow at
 * writing a DOUBLE in decimal; other tables gain nothing from a statement that has to be prepared first.
 */
export function readsBinary(shape: TableShape): boolean {
  return shape.columns.some((column) => column.literal === 'double');
}

/** The start of every INSERT statement of a table. */
export function insertHeader(shape: TableShape): Buffer {
  const columns = shape.columns.map((column) => quoteName(column.name)).join(',');
  return Buffer.from(`INSERT INTO ${quoteName(shape.name)} (${columns}) VALUES\n`);
}

export function encodedColumns(shape: TableShape): EncodedColumn[] {
  return shape.columns.map((column) => ({
    // a bound is text, which a key's bytes may not be
    kind: column.literal === 'binary' && shape.key.includes(column.name) ? 'hex' : column.literal,
    introducer: column.introducer,
    isKey: shape.key.includes(column.name),
  }));
}

/** Puts literals that stand in column order into key order. */
export function inKeyOrder(shape: TableShape, literals: readonly string[]): string[] {
  const inColumnOrder = shape.columns.map((column) => column.name).filter((name) => shape.key.includes(name));
  return shape.key.map((name) => literals[inColumnOrder.indexOf(name)]);
}

/** Rows that share it are the same row, so that their order does not matter. */
function contentHash({ columns }: TableShape): string {
  const hashes = columns.map((column) => `IFNULL(MD5(${columnExpression(column)}), '')`);
  return `MD5(CONCAT_WS(',', ${hashes.join(', ')}))`;
}

function columnExpression(column: ColumnRecord): string {
  const name = quoteName(column.name);
  if (column.literal === 'double' && /^float/i.test(column.type)) {
    // MariaDB shows a FLOAT's negative zero as 0, and stores it only for numbers too small for a FLOAT
    return `IF(${name} = 0, IF(ATAN2(${name}, -1) < 0, -1e-60, 0e0), ${name})`;
  }
  if (column.literal === 'json') {
    return selectDocument(column.name);
  }
  if (column.introducer !== undefined) {
    return `CAST(${name} AS BINARY)`;
  }
  if (column.literal === 'number' && /^(?:enum|set)\(/i.test(column.type)) {
    return `${name}+0`;
  }
  return name;
}

/**
 * Comparison with a key in lexicographic order. Row constructors would be shorter, but servers do not use an index
 * for `(a,b) > (1,2)`.
 */
function boundCondition(key: readonly string[], bound: Bound, operator: '<' | '>'): string {
  const columns = key.slice(0, bound.key.length).map(quoteName);
  const alternatives = columns.map((column, index) => {
    const equal = columns.slice(0, index).map((earlier, position) => `${earlier} = ${bound.key[position]}`);
    const isLast = index === columns.length - 1;
    const comparison = `${column} ${operator}${isLast && bound.inclusive ? '=' : ''} ${bound.key[index]}`;
    return [...equal, comparison].join(' AND ');
  });
  return alternatives.length === 1 ? alternatives[0] : `(${alternatives.map((part) => `(${part})`).join(' OR ')})`;
}
