import type { RowSubset, SelectionRecord } from '../../backup-set/manifest.js';
import { assertRowCondition } from './row-condition.js';
import { emptyPattern, patternWithoutTable, rowsAskedTwice } from './selection.errors.js';
import { hasWildcard, matchesTable, type NameCase } from './table-pattern.js';

/** Which tables a backup is to hold, and which of their rows. Patterns as {@link matchesTable} takes them. */
export interface TableSelection {
  /** Only these tables, sequences and views, with the tables' triggers. Empty: all, with routines and events. */
  readonly include: readonly string[];
  /** Not these, even where they are included. */
  readonly exclude: readonly string[];
  /** The definitions of these tables, without rows. */
  readonly noData: readonly string[];
  /** By pattern: what may stand after WHERE; only such rows. */
  readonly where: Readonly<Record<string, string>>;
}

export const WHOLE_DATABASES: TableSelection = { include: [], exclude: [], noData: [], where: {} };

/** Something that a pattern can match: tables, sequences and views share their names. */
export interface NamedObject {
  readonly database: string;
  readonly name: string;
  readonly kind: 'table' | 'sequence' | 'view';
}

/** A selection as a manifest has it: alike for the same choice. Undefined: everything. */
export function selectionRecord({ include, exclude, noData, where }: TableSelection): SelectionRecord | undefined {
  const conditions = Object.entries(where).sort(([one], [other]) => (one < other ? -1 : 1));
  const isWhole = include.length + exclude.length + noData.length + conditions.length === 0;
  return isWhole
    ? undefined
    : {
        include: include.toSorted(),
        exclude: exclude.toSorted(),
        noData: noData.toSorted(),
        where: Object.fromEntries(conditions),
      };
}

/**
 * Checks what can be checked without a server.
 *
 * @throws BackupError `invalid_option`
 */
export function assertSelection({ include, exclude, noData, where }: TableSelection): void {
  const patterns = { includeTables: include, excludeTables: exclude, noDataTables: noData, where: Object.keys(where) };
  for (const [option, given] of Object.entries(patterns)) {
    if (given.some((pattern) => pattern.trim() === '')) {
      throw emptyPattern(option);
    }
  }
  for (const [pattern, condition] of Object.entries(where)) {
    assertRowCondition(pattern, condition);
  }
}

/** Applies a selection to the names of a server. */
export class TableFilter {
  constructor(
    private readonly selection: TableSelection,
    private readonly nameCase: NameCase,
  ) {}

  /** Whether routines and events, which no pattern names, belong to the backup. */
  get holdsRoutines(): boolean {
    return this.selection.include.length === 0;
  }

  /** Whether every table that is there has to be seen to know what belongs to the backup. */
  get needsAllNames(): boolean {
    return this.holdsRoutines || this.selection.include.some(hasWildcard);
  }

  /** Whether a table, sequence or view belongs to the backup. */
  holds(database: string, name: string): boolean {
    const { include, exclude } = this.selection;
    return (include.length === 0 || this.any(include, database, name)) && !this.any(exclude, database, name);
  }

  /**
   * Which rows of a table the backup holds; undefined: all.
   *
   * @throws BackupError `invalid_option` when several conditions match
   */
  subset(database: string, table: string): RowSubset | undefined {
    const conditions = Object.entries(this.selection.where)
      .filter(([pattern]) => this.any([pattern], database, table))
      .map(([, condition]): RowSubset => ({ kind: 'where', condition }));
    const none = this.any(this.selection.noData, database, table) ? [{ kind: 'none' } as const] : [];
    const [subset, ...more] = [...none, ...conditions];
    if (more.length > 0) {
      throw rowsAskedTwice(database, table);
    }
    return subset;
  }

  /** @throws BackupError `not_found` for a pattern that does nothing: it is misspelt, most likely */
  assertMatches(databases: readonly string[], objects: readonly NamedObject[]): void {
    const { include, exclude, noData, where } = this.selection;
    const held = objects.filter(({ database, name, kind }) => kind === 'table' && this.holds(database, name));
    const places = [
      { option: 'includeTables', patterns: include, candidates: objects },
      { option: 'excludeTables', patterns: exclude, candidates: objects },
      { option: 'noDataTables', patterns: noData, candidates: held },
      { option: 'where', patterns: Object.keys(where), candidates: held },
    ];
    for (const { option, patterns, candidates } of places) {
      const idle = patterns.find(
        (pattern) => !candidates.some(({ database, name }) => this.any([pattern], database, name)),
      );
      if (idle !== undefined) {
        throw patternWithoutTable(option, idle, databases, mostAlike(idle, candidates));
      }
    }
  }

  private any(patterns: readonly string[], database: string, name: string): boolean {
    return patterns.some((pattern) => matchesTable(pattern, database, name, this.nameCase));
  }
}

function mostAlike(pattern: string, objects: readonly NamedObject[]): string[] {
  const rated = objects.map(({ database, name }) => ({
    name: `${database}.${name}`,
    distance: Math.min(distance(pattern, name), distance(pattern, `${database}.${name}`)),
  }));
  return rated.toSorted((a, b) => a.distance - b.distance).map(({ name }) => name);
}

/** Levenshtein's: how many characters have to be added, removed or replaced. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 1; at <= from.length; at++) {
    const next = [at];
    for (let other = 1; other <= to.length; other++) {
      const replaced = row[other - 1] + (from[at - 1] === to[other - 1] ? 0 : 1);
      next.push(Math.min(row[other] + 1, next[other - 1] + 1, replaced));
    }
    row = next;
  }
  return row[to.length];
}
