import type { TableRecord } from '../../backup-set/manifest.js';

/** How a table's rows are compared with the backup. */
export type RowProof =
  /** The bytes of each range are those of the backup: same values, same order, same division. */
  | { readonly kind: 'ranges' }
  /** The same rows, in any order, by the sum of their hashes. */
  | {
      readonly kind: 'sum';
      /** Columns whose values are compared by what their JSON says. */
      readonly json: readonly string[];
      /** Why ranges cannot be compared. */
      readonly reason: string;
    };

/** How a restored table is proven to be the one that was backed up. */
export interface TableProof {
  /** `identical` to the last byte, or `equivalent` where another server words the same definition otherwise. */
  readonly definition: 'identical' | 'equivalent';
  readonly rows: RowProof;
  /** Whether rows that differed may be the same to this server, so that unique keys are checked as rows are loaded. */
  readonly checksUniqueness: boolean;
}

/** A table as it is restored. */
export type RestoredTable = TableRecord & { readonly proof: TableProof };

/** What a server of the same kind and version owes. */
export const EXACT_PROOF: TableProof = {
  definition: 'identical',
  rows: { kind: 'ranges' },
  checksUniqueness: false,
};
