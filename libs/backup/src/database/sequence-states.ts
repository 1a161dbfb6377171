import type { SequenceRecord } from '../backup-set/manifest.js';
import type { ServerConnection } from './server-connection.js';
import { quoteQualified } from './sql.js';

/** A sequence without its state, which changes outside of transactions. */
export type SequenceDescription = Pick<SequenceRecord, 'name' | 'ddl'>;

/** Sequences only go on: a state that is read after the rows never gives a number that one of them has. */
export async function readSequenceStates(
  connection: ServerConnection,
  database: string,
  sequences: readonly SequenceDescription[],
): Promise<SequenceRecord[]> {
  const records: SequenceRecord[] = [];
  for (const sequence of sequences) {
    const [state] = await connection.query(
      `SELECT next_not_cached_value AS nextValue, cycle_count AS cycles FROM ${quoteQualified(database, sequence.name)}`,
    );
    records.push({ ...sequence, nextValue: String(state.nextValue), cycles: Number(state.cycles) });
  }
  return records;
}
