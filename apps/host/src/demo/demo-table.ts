import { SeededRandom } from './seeded-random.js';

export type DemoValue = string | number | boolean | Buffer | null;
export type DemoRow = readonly DemoValue[];

/** The rows of one table, made one by one; row 0 first. */
export interface DemoTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly count: number;
  readonly row: (index: number, random: SeededRandom) => DemoRow;
}

/** The table's rows. Every call gives the same ones. */
export function* rowsOf(table: DemoTable): Generator<DemoRow> {
  const random = SeededRandom.for(table.name);
  for (let index = 0; index < table.count; index += 1) yield table.row(index, random);
}
