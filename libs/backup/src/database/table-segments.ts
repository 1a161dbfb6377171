import type { KeyInterval } from './table-rows.js';
import { WHOLE_TABLE } from './table-rows.js';

/** Plain bytes after which a range ends, when nothing else is asked for. */
export const DEFAULT_RANGE_BYTES = 64 * 1024 * 1024;

/**
 * Divides a table whose key starts with an integer into about as many intervals as it has ranges, of equal width in
 * key space, so that several workers can walk it. The intervals cover everything, whatever `least` and `most` are.
 *
 * @param dataBytes the server's estimate of the table's size
 */
export function divideIntegerKey(
  least: bigint,
  most: bigint,
  dataBytes: number,
  rangeBytes: number,
): readonly KeyInterval[] {
  const wanted = BigInt(Math.max(1, Math.ceil(dataBytes / rangeBytes)));
  const width = most - least + 1n;
  const pieces = wanted < width ? wanted : width;
  if (pieces <= 1n) {
    return [WHOLE_TABLE];
  }
  const starts = Array.from({ length: Number(pieces) - 1 }, (_, index) => least + (width * BigInt(index + 1)) / pieces);
  const bounds = starts.map((start) => start.toString());
  return [null, ...bounds].map((start, index) => ({
    from: start === null ? null : { key: [start], inclusive: true },
    to: index === bounds.length ? null : { key: [bounds[index]], inclusive: false },
  }));
}
