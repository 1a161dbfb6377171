import type { DatabaseRecord, Definition, ViewRecord } from '../backup-set/manifest.js';
import { nameOf, tokenize } from './ddl/ddl-tokenizer.js';
import { withoutUsualCompletion } from './ddl/event-completion.js';
import { quoteName, quoteText } from './sql.js';

export type DefinitionKind = 'VIEW' | 'PROCEDURE' | 'FUNCTION' | 'PACKAGE' | 'PACKAGE BODY' | 'TRIGGER' | 'EVENT';

/** Something made by one statement on top of tables. */
export interface DefinedObject {
  readonly kind: DefinitionKind;
  readonly definition: Definition;
  /** Names of a view's columns. */
  readonly columns?: readonly string[];
}

/** Whether an object is a procedure or a function, as any server has them. */
export function isRoutine({ kind }: Pick<DefinedObject, 'kind'>): boolean {
  return kind === 'PROCEDURE' || kind === 'FUNCTION';
}

type AfterObjects = Pick<DatabaseRecord, 'routines' | 'views' | 'triggers' | 'events'>;

/** All that stands on a database's tables, in the order of making: routines, views, triggers, events. */
export function definedObjects(database: AfterObjects): DefinedObject[] {
  return [
    ...database.routines.map((definition) => ({ kind: definition.kind, definition })),
    ...inDependencyOrder(database.views).map((definition) => ({
      kind: 'VIEW' as const,
      definition,
      columns: definition.columns,
    })),
    ...database.triggers.map((definition) => ({ kind: 'TRIGGER' as const, definition })),
    ...database.events.map((definition) => ({ kind: 'EVENT' as const, definition })),
  ];
}

/** Views after the views they are built on: their statements name them. */
function inDependencyOrder(views: readonly ViewRecord[]): ViewRecord[] {
  const waiting = new Map(views.map((view) => [view.name, view]));
  const ordered: ViewRecord[] = [];
  const place = (view: ViewRecord): void => {
    waiting.delete(view.name);
    for (const token of tokenize(Buffer.from(view.ddl, view.encoding).toString())) {
      const base = token.kind === 'name' ? waiting.get(nameOf(token)) : undefined;
      if (base !== undefined) {
        place(base);
      }
    }
    ordered.push(view);
  };
  for (const view of views) {
    if (waiting.has(view.name)) {
      place(view);
    }
  }
  return ordered;
}

/** A statement, and what must be set before and after it. */
export interface CreationScript {
  readonly before: readonly string[];
  readonly statement: Buffer;
  readonly after: readonly string[];
}

/**
 * What makes an object, under the settings it was recorded with. `databaseCollation` is the collation of the schema it
 * is made in: routines remember it, so it is changed for the moment where it differs.
 */
export function creationScript(object: DefinedObject, databaseCollation: string): CreationScript {
  const { kind, definition } = object;
  const table = tableToOpen(object);
  const recorded = kind === 'VIEW' ? undefined : definition.databaseCollation;
  const isForeign = recorded !== undefined && recorded !== databaseCollation;
  return {
    before: [
      ...(table === null ? [] : opening(table)),
      `SET sql_mode=${quoteText(definition.sqlMode ?? SQL_MODE)}`,
      `SET character_set_client=${definition.characterSetClient ?? 'utf8mb4'}, collation_connection=${definition.collationConnection ?? 'utf8mb4_general_ci'}`,
      ...(definition.timeZone === undefined ? [] : [`SET time_zone=${quoteText(definition.timeZone)}`]),
      ...(isForeign ? [collateDatabase(recorded)] : []),
      // an event whose only time has passed is refused, or dropped at once
      ...(kind === 'EVENT' ? ['SET timestamp=1'] : []),
    ],
    statement: statementOf(kind, definition),
    after: [
      ...(kind === 'EVENT' ? ['SET timestamp=DEFAULT'] : []),
      ...(isForeign ? [collateDatabase(databaseCollation)] : []),
      ...RESET,
    ],
  };
}

/**
 * The table that has to be open before its trigger is made, or null. MariaDB reads the comments of a table's partitions, which it keeps
 * with backslashes, in the session's mode when it opens the table: a trigger of a mode that knows no backslashes comes after that.
 */
export function tableToOpen({ kind, definition }: DefinedObject): string | null {
  const isMisread = kind === 'TRIGGER' && definition.sqlMode?.includes('NO_BACKSLASH_ESCAPES') === true;
  return isMisread && 'table' in definition ? String(definition.table) : null;
}

function opening(table: string): string[] {
  return [`SET sql_mode='${SQL_MODE}'`, `SELECT 1 FROM ${quoteName(table)} LIMIT 0`];
}

function statementOf(kind: DefinitionKind, { ddl, encoding, sqlMode }: Definition): Buffer {
  const statement = Buffer.from(ddl, encoding);
  // bytes that are no text are taken as such
  return kind === 'EVENT' && sqlMode?.includes('HIGH_NOT_PRECEDENCE') === true
    ? Buffer.from(withoutUsualCompletion(statement.toString('latin1')), 'latin1')
    : statement;
}

/** A view that others can be built on before its own tables and views are there. */
export function standInView(name: string, columns: readonly string[]): string {
  return `CREATE OR REPLACE VIEW ${quoteName(name)} AS SELECT ${columns.map((column) => `1 AS ${quoteName(column)}`).join(', ')}`;
}

/** The mode in which objects are made that were recorded without one. */
export const SQL_MODE = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';
const RESET = ['SET NAMES utf8mb4', `SET sql_mode='${SQL_MODE}'`, "SET time_zone='+00:00'"] as const;
function collateDatabase(collation: string): string {
  return `ALTER DATABASE COLLATE ${quoteName(collation)}`;
}
