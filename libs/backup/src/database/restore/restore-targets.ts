import type { DatabaseRecord, Manifest, SequenceRecord, TriggerRecord } from '../../backup-set/manifest.js';
import { BackupError } from '../../errors/backup.error.js';
import { formatList } from '../../format.js';
import { placeTrigger } from '../ddl/place-trigger.js';
import { definitionText, withText } from '../definition-text.js';
import { definedObjects, type DefinedObject } from '../definitions.js';
import { matchesTable, type NameCase } from '../selection/table-pattern.js';
import { SYSTEM_DATABASES } from '../server-info.js';
import { EXACT_PROOF, type RestoredTable } from './restored-table.js';

/** What a restore is asked to bring back; without anything, all databases under their own names. */
export interface RestoreSelection {
  /** Databases of the set, and the name each gets. Empty: all of them. */
  readonly databases: readonly { readonly from: string; readonly to: string }[];
  /** `table`, `database.table`, or patterns; empty: whole databases, with views, routines, triggers and events. */
  readonly tables: readonly string[];
}

/** Tables that no restore touches: the catalog's. */
export interface ProtectedTables {
  readonly database: string;
  readonly tables: readonly string[];
}

/** One database to restore. */
export interface RestoreTarget {
  readonly source: DatabaseRecord;
  /** The schema the application uses. */
  readonly live: string;
  /** Scratch schema that is filled first. */
  readonly staging: string;
  /** Where the replaced tables are kept. */
  readonly undo: string;
  readonly tables: readonly RestoredTable[];
  readonly sequences: readonly SequenceRecord[];
  readonly objects: readonly DefinedObject[];
  /** Whether the database is restored as a whole, and not only some of its tables. */
  readonly isWhole: boolean;
}

const SCHEMA_NAME_LENGTH = 64;

/**
 * Works out which parts of a set go where.
 *
 * @param operation 32 hex digits; makes the scratch schemas' names unique
 * @throws BackupError `not_found` for a database or table that the set does not hold
 */
export function restoreTargets(
  manifest: Manifest,
  selection: RestoreSelection,
  protectedTables: ProtectedTables,
  operation: string,
): RestoreTarget[] {
  const databases =
    selection.databases.length > 0
      ? selection.databases
      : manifest.databases.map((database) => ({ from: database.name, to: database.name }));
  assertNamesFit(databases.map(({ to }) => to));
  const targets = databases.map(({ from, to }) => {
    const source = manifest.databases.find((database) => database.name === from);
    if (source === undefined) {
      throw notInSet(
        manifest,
        `database ${from}`,
        manifest.databases.map((database) => database.name),
      );
    }
    return target(source, to, selection.tables, nameCaseOf(manifest), protectedTables, operation);
  });
  assertTablesFound(manifest, targets, selection.tables, protectedTables);
  return targets;
}

/** Name of a scratch schema for a database: `shop_restore_3f9c2a1b`, shortened where the server's limit asks for it. */
export function scratchSchema(database: string, purpose: 'restore' | 'undo', operation: string): string {
  const suffix = `_${purpose}_${operation.slice(0, 8)}`;
  // the limit counts characters, and so must the cut: half a surrogate pair is no name
  const characters = Array.from(database);
  return `${characters.slice(0, SCHEMA_NAME_LENGTH - suffix.length).join('')}${suffix}`;
}

function target(
  source: DatabaseRecord,
  live: string,
  selected: readonly string[],
  nameCase: NameCase,
  protectedTables: ProtectedTables,
  operation: string,
): RestoreTarget {
  const isProtected = (table: string): boolean =>
    holdsCatalog(protectedTables, live, nameCase) && protectedTables.tables.includes(table);
  const isSelected = (name: string): boolean =>
    !isProtected(name) &&
    (selected.length === 0 || selected.some((wish) => matchesTable(wish, source.name, name, nameCase)));
  const tables = source.tables
    .filter((table) => isSelected(table.name))
    .map((table) => ({ ...table, proof: EXACT_PROOF }));
  const chosen = new Set(tables.map((table) => table.name));
  const objects = definedObjects({
    ...source,
    triggers: source.triggers
      .filter((trigger) => chosen.has(trigger.table))
      .map((trigger) => (live === source.name ? trigger : placed(trigger, live))),
    ...(selected.length > 0 ? { views: [], routines: [], events: [] } : {}),
  });
  return {
    source,
    live,
    staging: scratchSchema(live, 'restore', operation),
    undo: scratchSchema(live, 'undo', operation),
    tables,
    sequences: source.sequences.filter((sequence) => isSelected(sequence.name)),
    objects,
    isWhole: selected.length === 0 && source.leftOut?.routines !== true,
  };
}

function placed(trigger: TriggerRecord, database: string): TriggerRecord {
  return withText(trigger, placeTrigger(definitionText(trigger), database));
}

function holdsCatalog({ database }: ProtectedTables, live: string, nameCase: NameCase): boolean {
  return nameCase === 'exact' ? database === live : database.toLowerCase() === live.toLowerCase();
}

function nameCaseOf({ server }: Manifest): NameCase {
  return server?.lowerCaseTableNames === 0 ? 'exact' : 'folded';
}

function assertTablesFound(
  manifest: Manifest,
  targets: readonly RestoreTarget[],
  selected: readonly string[],
  protectedTables: ProtectedTables,
): void {
  for (const wish of selected) {
    const isFound = targets.some((entry) =>
      [...entry.tables, ...entry.sequences].some((table) =>
        matchesTable(wish, entry.source.name, table.name, nameCaseOf(manifest)),
      ),
    );
    if (!isFound) {
      throw tableNotFound(manifest, targets, wish, protectedTables);
    }
  }
}

/** @throws BackupError `invalid_option` for two databases under one name, or one that is the server's own */
function assertNamesFit(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new BackupError(
      'invalid_option',
      `Two databases cannot both be restored as ${twice}: give each another name with OLD=NEW.`,
    );
  }
  const own = names.find((name) => SYSTEM_DATABASES.has(name.toLowerCase()));
  if (own !== undefined) {
    throw new BackupError(
      'invalid_option',
      `Nothing can be restored as ${own}, which belongs to the server itself: choose another name with OLD=NEW.`,
    );
  }
}

function tableNotFound(
  manifest: Manifest,
  targets: readonly RestoreTarget[],
  wish: string,
  protectedTables: ProtectedTables,
): BackupError {
  const isKept = targets.some(
    ({ source, live }) =>
      holdsCatalog(protectedTables, live, nameCaseOf(manifest)) &&
      protectedTables.tables.some((table) => matchesTable(wish, source.name, table, nameCaseOf(manifest))),
  );
  if (isKept) {
    return new BackupError(
      'restore_blocked',
      `Cannot restore ${manifest.name}: table ${wish} is part of the backup catalog, which no restore overwrites; restore it under another name with --database OLD=NEW.`,
    );
  }
  const known = targets.flatMap(({ source, live }) =>
    source.tables
      .filter(
        ({ name }) =>
          !holdsCatalog(protectedTables, live, nameCaseOf(manifest)) || !protectedTables.tables.includes(name),
      )
      .map(({ name }) => `${source.name}.${name}`),
  );
  return notInSet(manifest, `table ${wish}`, known);
}

function notInSet(manifest: Manifest, what: string, known: readonly string[]): BackupError {
  const listed = known.length === 0 ? 'none' : formatList(known, 8);
  return new BackupError('not_found', `Backup ${manifest.name} holds no ${what}: it holds ${listed}.`);
}
