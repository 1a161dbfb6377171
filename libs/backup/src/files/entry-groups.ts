import { bundlePlace, type IndexEntry } from './index-entry.js';
import { BATCH_ENTRIES } from './scan-batches.js';

/** Entries from the first to the last of a bundle at most, in whatever set: some have been written with as many. */
export const BUNDLE_ENTRIES = 10_000;

/** Divides the entries of an index, which come in path order. */
export interface EntryDivision {
  /** What no group was complete with yet. */
  readonly rest: readonly IndexEntry[];
  /** Gives the groups that are complete. @throws Error for what no index has */
  add(entry: IndexEntry): (readonly IndexEntry[])[];
}

/** Groups one after another in path order. */
export class InPathOrder implements EntryDivision {
  rest: IndexEntry[] = [];

  add(entry: IndexEntry): (readonly IndexEntry[])[] {
    this.rest.push(entry);
    if (this.rest.length < BATCH_ENTRIES) {
      return [];
    }
    const complete = this.rest;
    this.rest = [];
    return [complete];
  }
}

/**
 * Groups that can be handled apart from each other: each bundle of the set itself, with what comes after it from bundles of
 * earlier sets, and each large file. A bundle is never divided, since it is compared as a whole with its entries.
 */
export class ByObjects implements EntryDivision {
  private current: IndexEntry[] = [];
  /** The set's own bundle that the current group has; null: none. */
  private bundle: string | null = null;

  get rest(): readonly IndexEntry[] {
    return this.current;
  }

  add(entry: IndexEntry): (readonly IndexEntry[])[] {
    const place = bundlePlace(entry);
    if (place === null) {
      return [[entry]];
    }
    const own = place.set === undefined ? place.object : null;
    const isFull = this.current.length >= (this.bundle === null ? BATCH_ENTRIES : BUNDLE_ENTRIES);
    if (isFull && own !== null && own === this.bundle) {
      throw new Error('it has more entries in a row than a bundle holds');
    }
    if (!isFull && (own === null || own === this.bundle)) {
      this.current.push(entry);
      return [];
    }
    const complete = this.current;
    this.current = [entry];
    this.bundle = own;
    return complete.length > 0 ? [complete] : [];
  }
}
