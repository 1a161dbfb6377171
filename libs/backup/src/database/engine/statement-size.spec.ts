import type { TableShape } from '../table-rows.js';
import { statementSize } from './statement-size.js';

const MAX_PACKET = 16 * 1024 * 1024;
const NEAR = 0.2;
const FAR = 5;

interface Rows {
  readonly count: number;
  /** Plain bytes of one. */
  readonly bytes: number;
  readonly columns: number;
}

function sizeFor({ count, bytes, columns }: Rows, roundTrip: number, maxAllowedPacket = MAX_PACKET): Promise<number> {
  const connection = { server: { maxAllowedPacket }, roundTrip: () => Promise.resolve(roundTrip) };
  const task = {
    object: { plainSize: count * bytes },
    rows: count,
    shape: {
      name: 't',
      columns: Array.from({ length: columns }, (_, index) => ({ name: `c${String(index)}` })),
    } as unknown as TableShape,
  };
  return statementSize(connection as Parameters<typeof statementSize>[0], task);
}

describe('The size of the statements that rows are loaded with', () => {
  it.each<[string, Rows, number, number]>([
    ['a few hundred short rows', { count: 100_000, bytes: 100, columns: 10 }, 25_000, 25_300],
    ['fewer rows of more columns', { count: 100_000, bytes: 1000, columns: 500 }, 5_000, 15_000],
    ['one row where it has more columns than that', { count: 100_000, bytes: 9000, columns: 4000 }, 9_000, 80_000],
  ])('is that of %s', async (_, rows, least, most) => {
    const size = await sizeFor(rows, NEAR);
    expect(size).toBeGreaterThanOrEqual(least);
    expect(size).toBeLessThanOrEqual(most);
  });

  it.each<[string, Rows, number]>([
    ['rows are as few as that', { count: 250, bytes: 100, columns: 10 }, NEAR],
    ['rows are long', { count: 1000, bytes: 1_000_000, columns: 10 }, NEAR],
    ['the server is far away', { count: 100_000, bytes: 100, columns: 10 }, FAR],
    ['there are no columns to name', { count: 100_000, bytes: 4, columns: 0 }, NEAR],
  ])('is as much as the server takes where %s', async (_, rows, roundTrip) => {
    expect(await sizeFor(rows, roundTrip)).toBe(MAX_PACKET - 1024);
  });

  it('is never more than the server takes', async () => {
    expect(await sizeFor({ count: 100_000, bytes: 100, columns: 10 }, NEAR, 10_000)).toBe(10_000 - 1024);
  });
});
