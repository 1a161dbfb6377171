import { isDeepStrictEqual } from 'node:util';
import type { Manifest, RangeRecord, TableRecord } from '../backup-set/manifest.js';
import { SetObjects, type HeldObject } from '../backup-set/set-objects.js';
import { withoutCounter } from './ddl/create-table.js';
import type { TableJob } from './described-schema.js';
import { identityKey } from './table-identities.js';
import { tableShape } from './table-rows.js';

/** A range as an earlier set has it, and the object of its rows. */
export interface EarlierRange {
  readonly range: RangeRecord;
  readonly object: HeldObject;
}

/** What an earlier set has of a table: bounds to keep, and rows that may be the same. */
export interface EarlierTable {
  /** In key order, at least one. */
  readonly ranges: readonly EarlierRange[];
  readonly longestStatement: number;
  readonly longestRow: number;
  readonly hasTypedDocuments: boolean;
}

/** The tables of the set that an incremental one builds on. */
export class EarlierTables {
  private readonly objects: SetObjects;
  private readonly records: ReadonlyMap<string, TableRecord>;

  constructor(manifest: Manifest) {
    this.objects = new SetObjects(manifest);
    this.records = new Map(
      manifest.databases.flatMap(({ name, tables }) => tables.map((table) => [identityKey(name, table.name), table])),
    );
  }

  /** Null: nothing of the table could be the same, or its bounds mean nothing any more. */
  of(job: TableJob): EarlierTable | null {
    const record = this.records.get(identityKey(job.database, job.table.name));
    if (record === undefined || record.ranges.length === 0 || !isSameTable(record, job)) {
      return null;
    }
    const ranges = record.ranges.map((range) => {
      const object = this.objects.of(range);
      return { range: { ...range, set: object.set }, object };
    });
    const { longestStatement, longestRow, hasTypedDocuments = false } = record;
    return { ranges, longestStatement, longestRow, hasTypedDocuments };
  }
}

/** Bounds are places in the order of a key, and that is a matter of types and collations. */
function isSameTable(record: TableRecord, { table, shape, subset }: TableJob): boolean {
  return (
    isSame(tableShape(record), shape) &&
    isSame(record.subset, subset) &&
    withoutCounter(record.ddl) === withoutCounter(table.ddl)
  );
}

/** Whether both are written alike: what is undefined is not there. */
function isSame(one: object | undefined, other: object | undefined): boolean {
  const written = (value: object | undefined): unknown =>
    value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
  return isDeepStrictEqual(written(one), written(other));
}
