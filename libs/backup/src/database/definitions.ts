import type { DatabaseRecord, Definition } from '../backup-set/manifest.js';
import { translateError } from './database.errors.js';
import { runStatement } from './row-stream/raw-query.js';
import type { ServerConnection } from './server-connection.js';
import { quoteName, quoteText } from './sql.js';

export type DefinitionKind = 'VIEW' | 'PROCEDURE' | 'FUNCTION' | 'PACKAGE' | 'PACKAGE BODY' | 'TRIGGER' | 'EVENT';

/** Something made by one statement on top of tables. */
export interface DefinedObject {
  readonly kind: DefinitionKind;
  readonly definition: Definition;
  /** Names of a view's columns. */
  readonly columns?: readonly string[];
}

type AfterObjects = Pick<DatabaseRecord, 'routines' | 'views' | 'triggers' | 'events'>;

/** All that stands on a database's tables, in the order of making: routines, views, triggers, events. */
export function definedObjects(database: AfterObjects): DefinedObject[] {
  return [
    ...database.routines.map((definition) => ({ kind: definition.kind, definition })),
    ...database.views.map((definition) => ({ kind: 'VIEW' as const, definition, columns: definition.columns })),
    ...database.triggers.map((definition) => ({ kind: 'TRIGGER' as const, definition })),
    ...database.events.map((definition) => ({ kind: 'EVENT' as const, definition })),
  ];
}

/**
 * The statements that make an object, in order, under the settings it was recorded with. `databaseCollation` is the
 * collation of the schema it is made in: routines remember it, so it is changed for the moment where it differs.
 */
export function creationStatements({ kind, definition }: DefinedObject, databaseCollation: string): Buffer[] {
  const settings = [
    `SET sql_mode=${quoteText(definition.sqlMode ?? 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES')}`,
    `SET character_set_client=${definition.characterSetClient ?? 'utf8mb4'}, collation_connection=${definition.collationConnection ?? 'utf8mb4_general_ci'}`,
    ...(definition.timeZone === undefined ? [] : [`SET time_zone=${quoteText(definition.timeZone)}`]),
  ];
  const recorded = kind === 'VIEW' ? undefined : definition.databaseCollation;
  const isForeign = recorded !== undefined && recorded !== databaseCollation;
  return [
    ...settings.map((text) => Buffer.from(text)),
    ...(isForeign ? [collateDatabase(recorded)] : []),
    Buffer.from(definition.ddl, definition.encoding),
    ...(isForeign ? [collateDatabase(databaseCollation)] : []),
  ];
}

/** Makes views that others can be built on before their own tables and views are there. */
export function standInView(name: string, columns: readonly string[]): Buffer {
  return Buffer.from(
    `CREATE OR REPLACE VIEW ${quoteName(name)} AS SELECT ${columns.map((column) => `1 AS ${quoteName(column)}`).join(', ')}`,
  );
}

export function dropStatement(kind: DefinitionKind, name: string): Buffer {
  return Buffer.from(`DROP ${kind} IF EXISTS ${quoteName(name)}`);
}

/** Makes objects in the current schema, replacing those of the same names. */
export async function createObjects(
  connection: ServerConnection,
  objects: readonly DefinedObject[],
  databaseCollation: string,
): Promise<void> {
  const views = objects.filter((object) => object.kind === 'VIEW');
  await run(connection, [
    Buffer.from(`SET sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'`),
    ...views.map((view) => standInView(view.definition.name, view.columns ?? [])),
  ]);
  for (const object of objects) {
    await run(connection, [
      dropStatement(object.kind, object.definition.name),
      ...creationStatements(object, databaseCollation),
    ]);
  }
  await run(connection, [Buffer.from('SET NAMES utf8mb4'), Buffer.from(`SET time_zone='+00:00'`)]);
}

async function run(connection: ServerConnection, statements: readonly Buffer[]): Promise<void> {
  for (const statement of statements) {
    try {
      await runStatement(connection, statement);
    } catch (error) {
      throw translateError(error, connection.address);
    }
  }
}

function collateDatabase(collation: string): Buffer {
  return Buffer.from(`ALTER DATABASE COLLATE ${quoteName(collation)}`);
}
