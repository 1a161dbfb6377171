import { quoteName } from './sql.js';
import type { KeyInterval, TableShape } from './table-rows.js';

/** Plain bytes of a range of a large table, when nothing else is asked for. */
export const DEFAULT_RANGE_BYTES = 64 * 1024 * 1024;

/** A table that is smaller than so many ranges is divided into as many, so that what one changed row stores is a small part of it. */
const RANGES_A_TABLE = 128;
/** Smaller ranges would cost more, in objects and queries, than they save. */
const LEAST_RANGE_BYTES = 4 * 1024 * 1024;

/** CRC32 gives so many bits. */
const HASH_BITS = 32;

/**
 * Plain bytes of a range of a table that is divided finely.
 *
 * @param tableBytes of the whole table, as the server estimates them
 * @param most of any table
 */
export function fineRangeBytes(tableBytes: number, most: number): number {
  return Math.min(most, Math.max(LEAST_RANGE_BYTES, Math.ceil(tableBytes / RANGES_A_TABLE)));
}

/**
 * How many rows a range should have, as a power of two: its exponent. Estimates change a little from one backup to the
 * next, powers of two seldom do.
 */
export function rangeRowsExponent(rowBytes: number, rangeBytes: number): number {
  const rows = Math.max(1, rangeBytes / Math.max(1, rowBytes));
  return Math.min(HASH_BITS - 1, Math.floor(Math.log2(rows)));
}

/**
 * What is true of the rows at which a table is divided: about one row in 2^exponent, by a hash of the key alone. Rows that
 * come and go elsewhere do not move a bound, so an unchanged part of the table stays the same range; a larger exponent gives
 * some of a smaller one's bounds.
 */
export function isBound(shape: TableShape, exponent: number): string {
  const hashes = shape.key.map((column) => `CRC32(${quoteName(column)})`);
  // multiplied, so that equal columns do not cancel each other out
  const hash = hashes.reduce((sum, next) => `(${sum} * 31 + ${next}) % ${String(2 ** HASH_BITS)}`);
  return `${hash} < ${String(2 ** (HASH_BITS - exponent))}`;
}

/** The parts of an interval between keys that stand in it, in key order. Each key begins a part. */
export function divide(interval: KeyInterval, keys: readonly (readonly string[])[]): KeyInterval[] {
  return [null, ...keys].map((key, index) => ({
    from: key === null ? interval.from : { key: [...key], inclusive: true },
    to: index === keys.length ? interval.to : { key: [...keys[index]], inclusive: false },
  }));
}
