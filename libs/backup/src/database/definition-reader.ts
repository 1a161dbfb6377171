import { isAscii, isUtf8 } from 'node:buffer';
import type { Definition, RoutineRecord, TriggerRecord } from '../backup-set/manifest.js';
import { BackupError, messageOf } from '../errors/backup.error.js';
import { inClientEncoding } from './client-encoding.js';
import { definitionBroken, definitionCutOff, mixedEncodings, objectNotReadable } from './database.errors.js';
import { definedObjects, type DefinedObject } from './definitions.js';
import { routineNeed } from './hidden-objects.js';
import { missingGrants, type Need } from './privilege-needs.js';
import type { OnUnreadable } from './schema-reader.js';
import type { ServerConnection } from './server-connection.js';
import { isCutOff } from './ddl/cut-off.js';
import { hasMixedEncodings } from './ddl/mixed-encodings.js';
import { quoteName, quoteQualified } from './sql.js';

/** A view as it is defined, whether it still works or not. */
export interface ViewDescription {
  readonly definition: Definition;
  /** Empty when the tables it is built on are gone. */
  readonly columns: string[];
}

/** Which of the things that stand on tables are read. */
export interface WantedDefinitions {
  isView(name: string): boolean;
  isRoutine(name: string, kind: RoutineRecord['kind']): boolean;
  /** Whether those of a table are. */
  isTriggered(table: string): boolean;
  isEvent(name: string): boolean;
}

/** What SHOW CREATE answers, and the statement in it; null: the account may not read it. */
interface ShownDefinition {
  readonly row: Record<string, Buffer | null>;
  readonly ddl: Buffer | null;
}

/** Reads what stands on tables: views, routines, triggers and events. */
export class DefinitionReader {
  /** @param alternative what else can be done about a definition that cannot be read */
  constructor(
    private readonly connection: ServerConnection,
    private readonly onUnreadable: OnUnreadable,
    private readonly alternative = 'go on without it with --allow-partial',
  ) {}

  /** Those views, routines, triggers and events of a database that are wanted. */
  async chosen(database: string, wanted: WantedDefinitions): Promise<DefinedObject[]> {
    await this.connection.query(`USE ${quoteName(database)}`);
    const views = await this.views(database, (name) => wanted.isView(name));
    return definedObjects({
      views: views.map(({ definition, columns }) => ({ ...definition, columns })),
      routines: await this.routines(database, (name, kind) => wanted.isRoutine(name, kind)),
      triggers: await this.triggers(database, (table) => wanted.isTriggered(table)),
      events: await this.events(database, (name) => wanted.isEvent(name)),
    });
  }

  /** In the database itself the server writes views without the database's name: the session must be there. */
  async views(database: string, isWanted = everyName): Promise<ViewDescription[]> {
    const rows = await this.connection.query(
      "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'VIEW' ORDER BY BINARY TABLE_NAME",
      [database],
    );
    const names = rows.map((row) => String(row.name)).filter(isWanted);
    const found = await this.definitions(names, 'VIEW', 'Create View', database, {
      privileges: ['SELECT', 'SHOW VIEW'],
      on: { kind: 'database', database },
    });
    if (found.length === 0) {
      return [];
    }
    const columns = await this.connection.query(
      'SELECT TABLE_NAME AS view, COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? ORDER BY ORDINAL_POSITION',
      [database],
    );
    const byView = Map.groupBy(columns, (row) => String(row.view));
    return found.map((definition) => ({
      definition,
      columns: (byView.get(definition.name) ?? []).map((row) => String(row.name)),
    }));
  }

  async routines(database: string, isWanted: WantedDefinitions['isRoutine'] = everyName): Promise<RoutineRecord[]> {
    const rows = await this.connection.query(
      "SELECT ROUTINE_NAME AS name, ROUTINE_TYPE AS kind FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? ORDER BY FIELD(ROUTINE_TYPE, 'PACKAGE', 'PACKAGE BODY', 'FUNCTION', 'PROCEDURE'), ROUTINE_NAME",
      [database],
    );
    const routines: RoutineRecord[] = [];
    const need = routineNeed(this.connection.server);
    for (const kind of ['PACKAGE', 'PACKAGE BODY', 'FUNCTION', 'PROCEDURE'] as const) {
      const names = rows
        .filter((row) => row.kind === kind)
        .map((row) => String(row.name))
        .filter((name) => isWanted(name, kind));
      const label = kind.toLowerCase().replace(/(?:^|\s)\w/g, (letter) => letter.toUpperCase());
      const found = await this.definitions(names, kind, `Create ${label}`, database, need);
      routines.push(...found.map((definition) => ({ ...definition, kind })));
    }
    return routines;
  }

  /**
   * In the order in which they fire, which is also the order to create them in.
   *
   * @param isWanted whether those of a table are
   */
  async triggers(database: string, isWanted = everyName): Promise<TriggerRecord[]> {
    const rows = await this.connection.query(
      'SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS tableName FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ? ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER',
      [database],
    );
    const wanted = rows.filter((row) => isWanted(String(row.tableName)));
    const tables = new Map(wanted.map((row) => [String(row.name), String(row.tableName)]));
    const found = await this.definitions([...tables.keys()], 'TRIGGER', 'SQL Original Statement', database, {
      privileges: ['TRIGGER'],
      on: { kind: 'database', database },
    });
    return found.map((definition) => ({ ...definition, table: tables.get(definition.name) ?? '' }));
  }

  async events(database: string, isWanted = everyName): Promise<Definition[]> {
    const rows = await this.connection.query(
      'SELECT EVENT_NAME AS name FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ? ORDER BY EVENT_NAME',
      [database],
    );
    const names = rows.map((row) => String(row.name)).filter(isWanted);
    return this.definitions(names, 'EVENT', 'Create Event', database, {
      privileges: ['EVENT'],
      on: { kind: 'database', database },
    });
  }

  private async definitions(
    names: readonly string[],
    kind: string,
    field: string,
    database: string,
    need: Need,
  ): Promise<Definition[]> {
    if (names.length === 0) {
      return [];
    }
    const definitions: Definition[] = [];
    // statements were stored in the character set they came in: that is what must be kept
    await this.connection.query('SET character_set_results = NULL');
    try {
      for (const name of names) {
        const definition = await this.definition(name, kind, field, database, need);
        if (definition !== null) {
          definitions.push(definition);
        }
      }
    } finally {
      await this.connection.query('SET character_set_results = utf8mb4');
    }
    return definitions;
  }

  private async definition(
    name: string,
    kind: string,
    field: string,
    database: string,
    need: Need,
  ): Promise<Definition | null> {
    const label = `${kind.toLowerCase()} ${database}.${name}`;
    let shown: ShownDefinition;
    try {
      shown = await this.show(name, kind, field, database);
    } catch (error) {
      const cause = error instanceof BackupError ? error : null;
      if (cause?.code === 'missing_privilege') {
        return this.notAllowed(label, need);
      }
      const reason = messageOf(cause?.cause ?? error);
      this.onUnreadable(definitionBroken(label, reason, this.alternative, error));
      return null;
    }
    const { row, ddl } = shown;
    if (ddl === null) {
      return this.notAllowed(label, need);
    }
    const text = (key: string): string | undefined => row[key]?.toString('utf8');
    const characterSetClient = text('character_set_client');
    const isText = (characterSetClient?.startsWith('utf8') ?? true) ? isUtf8(ddl) : isAscii(ddl);
    if (!isText && hasMixedEncodings(kind, ddl) && this.connection.server.flavour === 'mysql') {
      this.onUnreadable(mixedEncodings(label, characterSetClient ?? '', this.alternative));
      return null;
    }
    const sqlMode = text('sql_mode');
    if (isText && isCutOff(ddl.toString('utf8'), sqlMode ?? '')) {
      this.onUnreadable(definitionCutOff(label, this.alternative));
      return null;
    }
    return {
      name,
      ddl: ddl.toString(isText ? 'utf8' : 'base64'),
      encoding: isText ? 'utf8' : 'base64',
      sqlMode,
      characterSetClient,
      collationConnection: text('collation_connection'),
      databaseCollation: text('Database Collation'),
      timeZone: text('time_zone'),
    };
  }

  private async show(name: string, kind: string, field: string, database: string): Promise<ShownDefinition> {
    const [row] = await this.connection.queryBytes(`SHOW CREATE ${kind} ${quoteQualified(database, name)}`);
    const ddl = row[field];
    const characterSet = row.character_set_client?.toString() ?? 'utf8mb4';
    return { row, ddl: ddl === null ? null : await this.inOneEncoding(ddl, characterSet, kind, database, name) };
  }

  private async notAllowed(label: string, need: Need): Promise<null> {
    this.onUnreadable(objectNotReadable(label, await missingGrants(this.connection, [need]), this.alternative));
    return null;
  }

  /** Parts of routines and events are shown in UTF-8, whatever the rest is in. */
  private async inOneEncoding(
    ddl: Buffer,
    characterSet: string,
    kind: string,
    database: string,
    name: string,
  ): Promise<Buffer> {
    if (characterSet.startsWith('utf8') || isAscii(ddl) || kind === 'VIEW' || kind === 'TRIGGER') {
      return ddl;
    }
    if (kind === 'EVENT') {
      return inClientEncoding(this.connection, ddl, characterSet, null);
    }
    const [{ comment }] = await this.connection.query(
      'SELECT ROUTINE_COMMENT AS comment FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? AND ROUTINE_NAME = ? AND ROUTINE_TYPE = ?',
      [database, name, kind],
    );
    return inClientEncoding(this.connection, ddl, characterSet, String(comment));
  }
}

const everyName = (_name: string): boolean => true;
