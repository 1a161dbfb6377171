import { isDeepStrictEqual } from 'node:util';
import type { Definition } from '../backup-set/manifest.js';
import { BackupError } from '../errors/backup.error.js';
import { translateError } from './database.errors.js';
import { changeDefinition, despiteDeadlocks, despiteFlushes } from './despite-deadlocks.js';
import { isDualityView } from './ddl/duality-view.js';
import { DefinitionReader } from './definition-reader.js';
import { definitionText } from './definition-text.js';
import {
  creationScript,
  isRoutine,
  SQL_MODE,
  standInView,
  tableToOpen,
  type DefinedObject,
  type DefinitionKind,
} from './definitions.js';
import { runStatement } from './row-stream/raw-query.js';
import type { ServerConnection } from './server-connection.js';
import type { ServerInfo } from './server-info.js';
import { quoteName } from './sql.js';

/** Makes stand-ins for those views that are not there at all. */
export async function createStandIns(
  connection: ServerConnection,
  schema: string,
  objects: readonly DefinedObject[],
): Promise<void> {
  const rows = await connection.query(
    'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?',
    [schema],
  );
  const present = new Set(rows.map((row) => String(row.name)));
  await connection.query(`USE ${quoteName(schema)}`);
  for (const { kind, definition, columns = [] } of objects) {
    if (kind === 'VIEW' && !present.has(definition.name) && columns.length > 0) {
      await changeDefinition(connection, standInView(definition.name, columns));
    }
  }
}

/**
 * Makes objects in a schema, which is the current one, in the place of those of the same names. Where the server has to drop a
 * routine for that, privileges on it go too: one that is there already stays as it is.
 */
export async function createObjects(
  connection: ServerConnection,
  schema: string,
  objects: readonly DefinedObject[],
  databaseCollation: string,
): Promise<void> {
  const { flavour } = connection.server;
  const standing = await standingRoutines(connection, schema, objects);
  for (const object of objects.filter((each) => !standing.has(each))) {
    const script = creationScript(object, databaseCollation);
    const canReplace = isReplaceable(object, flavour);
    if (!canReplace) {
      await dropObject(connection, object.kind, object.definition.name);
    }
    try {
      const statement = canReplace ? orReplace(script.statement) : script.statement;
      const make = async (): Promise<void> => {
        await changeSettings(connection, script.before);
        await despiteDeadlocks(() => runStatement(connection, [statement]));
      };
      await (tableToOpen(object) === null ? make() : despiteFlushes(make));
    } catch (error) {
      throw definitionFailed(object, translateError(error, connection.address));
    } finally {
      // also after a failure: what takes a restore back goes on with this session
      await changeSettings(connection, script.after);
    }
  }
}

/** One of them may be the collation of the schema, which is a definition. */
async function changeSettings(connection: ServerConnection, settings: readonly string[]): Promise<void> {
  for (const setting of settings) {
    await changeDefinition(connection, setting);
  }
}

/** Those of the routines that a schema of MySQL has already, and exactly so. */
export async function standingRoutines(
  connection: ServerConnection,
  schema: string,
  objects: readonly DefinedObject[],
): Promise<Set<DefinedObject>> {
  const routines = new Map(
    objects.filter(isRoutine).map((object) => [`${object.kind} ${object.definition.name}`, object]),
  );
  if (connection.server.flavour === 'mariadb' || routines.size === 0) {
    return new Set();
  }
  // one that cannot be read is made again
  const reader = new DefinitionReader(connection, () => undefined);
  const live = await reader.routines(schema, (name, kind) => routines.has(`${kind} ${name}`));
  return new Set(
    live.flatMap((definition) => {
      const object = routines.get(`${definition.kind} ${definition.name}`);
      return object !== undefined && isSameDefinition(object.definition, definition) ? [object] : [];
    }),
  );
}

function isSameDefinition(a: Definition, b: Definition): boolean {
  return isDeepStrictEqual(essentials(a), essentials(b));
}

function essentials(definition: Definition): readonly (string | undefined)[] {
  const { ddl, encoding, sqlMode, characterSetClient, collationConnection, databaseCollation } = definition;
  return [ddl, encoding, sqlMode, characterSetClient, collationConnection, databaseCollation];
}

export async function dropObject(connection: ServerConnection, kind: DefinitionKind, name: string): Promise<void> {
  // packages are unknown words outside of this mode
  const isPackage = kind === 'PACKAGE' || kind === 'PACKAGE BODY';
  if (isPackage) {
    await connection.query("SET sql_mode='ORACLE'");
  }
  await changeDefinition(connection, `DROP ${kind} IF EXISTS ${quoteName(name)}`);
  if (isPackage) {
    await connection.query(`SET sql_mode='${SQL_MODE}'`);
  }
}

/** Whether one statement puts a new object in the place of an old one: MySQL does that with views of the same kind alone. */
function isReplaceable({ kind, definition }: DefinedObject, flavour: ServerInfo['flavour']): boolean {
  return flavour === 'mariadb' || (kind === 'VIEW' && !isDualityView(definitionText(definition)));
}

const CREATE = Buffer.from('CREATE ');

/** The server's own statements all start with the same word. */
function orReplace(statement: Buffer): Buffer {
  return statement.subarray(0, CREATE.length).equals(CREATE)
    ? Buffer.concat([Buffer.from('CREATE OR REPLACE '), statement.subarray(CREATE.length)])
    : statement;
}

function definitionFailed({ kind, definition }: DefinedObject, cause: BackupError): BackupError {
  return new BackupError(cause.code, `${kind.toLowerCase()} ${definition.name} could not be made: ${cause.message}`, {
    cause: cause.cause,
  });
}
