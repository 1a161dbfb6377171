import { isUtf8 } from 'node:buffer';
import type {
  ColumnRecord,
  DatabaseRecord,
  Definition,
  RoutineRecord,
  SequenceRecord,
  TriggerRecord,
  ViewRecord,
} from '../backup-set/manifest.js';
import { readDatabaseSettings } from './database-settings.js';
import { keyClauses } from './ddl/create-table.js';
import { definedObjects, type DefinedObject } from './definitions.js';
import { canBound, columnRecord, type ColumnDescription } from './columns.js';
import {
  definitionsHidden,
  historyNotSupported,
  objectNotReadable,
  tableNotReadable,
  unknownDatabase,
  viewBroken,
} from './database.errors.js';
import { BackupError } from '../errors/backup.error.js';
import { Privileges } from './privileges.js';
import { readServerInfo } from './server-info.js';
import type { Row, ServerConnection } from './server-connection.js';
import { quoteQualified, quoteName } from './sql.js';

/** A table as it stands, before its rows are read. */
export interface TableDescription {
  readonly name: string;
  readonly engine: string;
  readonly ddl: string;
  readonly columns: readonly ColumnRecord[];
  readonly key: readonly string[];
  readonly keyName: string;
  /** The server's estimate, bytes. */
  readonly dataBytes: number;
  /** Whether a snapshot transaction covers it. */
  readonly isTransactional: boolean;
  /** Whether it has rows of its own: not so for MERGE and FEDERATED tables. */
  readonly hasRows: boolean;
}

export type DatabaseDescription = Omit<DatabaseRecord, 'tables' | 'folder'> & {
  readonly tables: readonly TableDescription[];
};

/** What to do with something that cannot be read: throw, or note it and go on. */
export type OnUnreadable = (error: BackupError) => void;

const ROWLESS_ENGINES = new Set(['mrg_myisam', 'federated', 'blackhole', 'connect', 'spider', 'sphinx']);

/** Reads everything about a database but its rows and the state of its sequences. */
export class SchemaReader {
  constructor(
    private readonly connection: ServerConnection,
    private readonly onUnreadable: OnUnreadable,
  ) {}

  async read(database: string): Promise<DatabaseDescription> {
    const settings = await readDatabaseSettings(this.connection, database);
    if (settings === null) {
      throw unknownDatabase(database, this.connection.address);
    }
    await this.checkPrivileges(database);
    // in the database itself the server writes views without the database's name before each table
    await this.connection.query(`USE ${quoteName(database)}`);
    const objects = await this.connection.query(
      'SELECT TABLE_NAME AS name, TABLE_TYPE AS type, ENGINE AS engine, DATA_LENGTH AS dataBytes, TABLE_COMMENT AS comment FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY BINARY TABLE_NAME',
      [database],
    );
    const ofType = (...types: string[]): Row[] => objects.filter((row) => types.includes(String(row.type)));
    return {
      name: database,
      ...settings,
      tables: await this.tables(database, ofType('BASE TABLE', 'SYSTEM VERSIONED')),
      sequences: await this.sequences(database, ofType('SEQUENCE')),
      views: this.wholeViews(database, await this.views(database, ofType('VIEW'))),
      routines: await this.routines(database),
      triggers: await this.triggers(database),
      events: await this.events(database),
    };
  }

  /** What an account may not see is not in the server's lists at all: it would be missing without a word. */
  private async checkPrivileges(database: string): Promise<void> {
    const privileges = await Privileges.read(this.connection);
    if (!privileges.onDatabase('SELECT', database)) {
      this.onUnreadable(definitionsHidden('other tables', database, `SELECT on \`${database}\`.*`));
    }
    for (const privilege of ['TRIGGER', 'EVENT'] as const) {
      if (!privileges.onDatabase(privilege, database)) {
        this.onUnreadable(
          definitionsHidden(`${privilege.toLowerCase()}s`, database, `${privilege} on \`${database}\`.*`),
        );
      }
    }
    const { flavour } = await readServerInfo(this.connection);
    // whoever may use a database's routines sees their names; a body that stays hidden is noticed when it is read
    const isListed = ['EXECUTE', 'ALTER ROUTINE', 'CREATE ROUTINE'].some((each) =>
      privileges.onDatabase(each, database),
    );
    const seesRoutines =
      isListed ||
      (flavour === 'mariadb'
        ? privileges.onTable('SELECT', 'mysql', 'proc') || privileges.onDatabase('SHOW CREATE ROUTINE', database)
        : privileges.everywhere('SHOW_ROUTINE') || privileges.everywhere('SELECT'));
    if (!seesRoutines) {
      const grant = flavour === 'mariadb' ? 'SELECT on `mysql`.`proc`' : 'SHOW_ROUTINE on *.*';
      this.onUnreadable(definitionsHidden('procedures and functions', database, grant));
    }
  }

  /** The views, routines, triggers (with their tables) and events of a database. */
  async readObjects(database: string): Promise<(DefinedObject & { readonly table?: string })[]> {
    await this.connection.query(`USE ${quoteName(database)}`);
    const views = await this.connection.query(
      "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'VIEW'",
      [database],
    );
    const triggers = await this.triggers(database);
    const tables = new Map(triggers.map((trigger) => [trigger.name, trigger.table]));
    const objects = definedObjects({
      views: (await this.views(database, views)).map(({ definition, columns }) => ({ ...definition, columns })),
      routines: await this.routines(database),
      triggers,
      events: await this.events(database),
    });
    return objects.map((object) =>
      object.kind === 'TRIGGER' ? { ...object, table: tables.get(object.definition.name) } : object,
    );
  }

  private async tables(database: string, rows: readonly Row[]): Promise<TableDescription[]> {
    const columns = await this.columns(database);
    const keys = await this.keys(database);
    const transactional = await this.transactionalEngines();
    const tables: TableDescription[] = [];
    for (const row of rows) {
      const name = String(row.name);
      if (row.type === 'SYSTEM VERSIONED') {
        this.onUnreadable(historyNotSupported(database, name));
        continue;
      }
      const ddl = await this.createTable(database, name);
      if (ddl === null) {
        continue;
      }
      const described = columns.get(name) ?? [];
      const engine = String(row.engine ?? '');
      const isTransactional = transactional.has(engine.toLowerCase());
      const key = isTransactional ? usableKey(visibleParts(keys.get(name) ?? [], ddl), described) : null;
      tables.push({
        name,
        engine,
        ddl,
        columns: described.map(columnRecord),
        key: key?.columns ?? [],
        keyName: key?.name ?? '',
        dataBytes: Number(row.dataBytes ?? 0),
        isTransactional,
        hasRows: !ROWLESS_ENGINES.has(engine.toLowerCase()),
      });
    }
    return tables;
  }

  private async createTable(database: string, name: string): Promise<string | null> {
    try {
      const [row] = await this.connection.query(`SHOW CREATE TABLE ${quoteQualified(database, name)}`);
      return String(row['Create Table']);
    } catch (error) {
      this.onUnreadable(tableNotReadable(database, name, error instanceof BackupError ? error.cause : error));
      return null;
    }
  }

  /** Columns that INSERT can name, by table. */
  private async columns(database: string): Promise<Map<string, ColumnDescription[]>> {
    const rows = await this.connection.query(
      'SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, DATA_TYPE AS dataType, COLUMN_TYPE AS columnType, CHARACTER_SET_NAME AS characterSet, EXTRA AS extra FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, ORDINAL_POSITION',
      [database],
    );
    const insertable = rows.filter((row) => !/(?:VIRTUAL|STORED|PERSISTENT) GENERATED/i.test(String(row.extra)));
    return grouped(insertable, (row) => ({
      name: String(row.name),
      dataType: String(row.dataType),
      columnType: String(row.columnType),
      characterSet: row.characterSet === null ? null : String(row.characterSet),
    }));
  }

  /** Unique keys over whole, not null columns, by table. */
  private async keys(database: string): Promise<Map<string, KeyPart[]>> {
    const rows = await this.connection.query(
      'SELECT TABLE_NAME AS tableName, INDEX_NAME AS name, COLUMN_NAME AS columnName, SUB_PART AS prefix, NULLABLE AS nullable, INDEX_TYPE AS type, `COLLATION` AS direction FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND NON_UNIQUE = 0 ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX',
      [database],
    );
    return grouped(rows, (row) => ({
      name: String(row.name),
      column: row.columnName === null ? null : String(row.columnName),
      isWhole: row.prefix === null && row.nullable !== 'YES' && row.type === 'BTREE' && row.direction === 'A',
    }));
  }

  private async transactionalEngines(): Promise<Set<string>> {
    const rows = await this.connection.query(
      "SELECT ENGINE AS engine FROM information_schema.ENGINES WHERE TRANSACTIONS = 'YES'",
    );
    return new Set(rows.map((row) => String(row.engine).toLowerCase()));
  }

  private async sequences(database: string, rows: readonly Row[]): Promise<SequenceRecord[]> {
    const sequences: SequenceRecord[] = [];
    for (const row of rows) {
      const name = String(row.name);
      const [create] = await this.connection.query(`SHOW CREATE SEQUENCE ${quoteQualified(database, name)}`);
      const [state] = await this.connection.query(
        `SELECT next_not_cached_value AS nextValue, cycle_count AS cycles FROM ${quoteQualified(database, name)}`,
      );
      sequences.push({
        name,
        ddl: String(create['Create Table']),
        nextValue: String(state.nextValue),
        cycles: Number(state.cycles),
      });
    }
    return sequences;
  }

  /** A view whose tables are gone has a definition still, but no columns. */
  private async views(
    database: string,
    rows: readonly Row[],
  ): Promise<{ readonly definition: Definition; readonly columns: string[] }[]> {
    const names = rows.map((row) => String(row.name));
    const found = await this.definitions(names, 'VIEW', 'Create View', database, 'SHOW VIEW');
    const columns = await this.columns(database);
    return found.map((definition) => ({
      definition,
      columns: (columns.get(definition.name) ?? []).map((column) => column.name),
    }));
  }

  private wholeViews(
    database: string,
    views: readonly { readonly definition: Definition; readonly columns: string[] }[],
  ): ViewRecord[] {
    return views.flatMap(({ definition, columns }) => {
      if (columns.length === 0) {
        this.onUnreadable(viewBroken(database, definition.name));
        return [];
      }
      return [{ ...definition, columns }];
    });
  }

  private async routines(database: string): Promise<RoutineRecord[]> {
    const rows = await this.connection.query(
      "SELECT ROUTINE_NAME AS name, ROUTINE_TYPE AS kind FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? ORDER BY FIELD(ROUTINE_TYPE, 'PACKAGE', 'PACKAGE BODY', 'FUNCTION', 'PROCEDURE'), ROUTINE_NAME",
      [database],
    );
    const routines: RoutineRecord[] = [];
    for (const kind of ['PACKAGE', 'PACKAGE BODY', 'FUNCTION', 'PROCEDURE'] as const) {
      const names = rows.filter((row) => row.kind === kind).map((row) => String(row.name));
      const label = kind.toLowerCase().replace(/(?:^|\s)\w/g, (letter) => letter.toUpperCase());
      const found = await this.definitions(
        names,
        kind,
        `Create ${label}`,
        database,
        'SELECT on mysql.proc or SHOW_ROUTINE',
      );
      routines.push(...found.map((definition) => ({ ...definition, kind })));
    }
    return routines;
  }

  /** In the order in which they fire, which is also the order to create them in. */
  private async triggers(database: string): Promise<TriggerRecord[]> {
    const rows = await this.connection.query(
      'SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS tableName FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ? ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER',
      [database],
    );
    const tables = new Map(rows.map((row) => [String(row.name), String(row.tableName)]));
    const found = await this.definitions([...tables.keys()], 'TRIGGER', 'SQL Original Statement', database, 'TRIGGER');
    return found.map((definition) => ({ ...definition, table: tables.get(definition.name) ?? '' }));
  }

  private async events(database: string): Promise<Definition[]> {
    const rows = await this.connection.query(
      'SELECT EVENT_NAME AS name FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ? ORDER BY EVENT_NAME',
      [database],
    );
    return this.definitions(
      rows.map((row) => String(row.name)),
      'EVENT',
      'Create Event',
      database,
      'EVENT',
    );
  }

  private async definitions(
    names: readonly string[],
    kind: string,
    field: string,
    database: string,
    grant: string,
  ): Promise<Definition[]> {
    if (names.length === 0) {
      return [];
    }
    const definitions: Definition[] = [];
    // statements were stored in the character set they came in: that is what must be kept
    await this.connection.query('SET character_set_results = NULL');
    try {
      for (const name of names) {
        const definition = await this.definition(name, kind, field, database, grant);
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
    grant: string,
  ): Promise<Definition | null> {
    const label = `${kind.toLowerCase()} ${database}.${name}`;
    let row: Record<string, Buffer | null>;
    try {
      [row] = await this.connection.queryBytes(`SHOW CREATE ${kind} ${quoteQualified(database, name)}`);
    } catch (error) {
      const cause = error instanceof BackupError ? error : null;
      this.onUnreadable(
        new BackupError(
          'not_readable',
          `The definition of ${label} cannot be read (${causeMessage(cause)}): repair or drop it, or go on without it with --allow-partial.`,
          { cause: error },
        ),
      );
      return null;
    }
    const ddl = row[field];
    if (ddl === null) {
      this.onUnreadable(objectNotReadable(kind.toLowerCase(), `${database}.${name}`, grant));
      return null;
    }
    const text = (key: string): string | undefined => row[key]?.toString('utf8');
    const characterSetClient = text('character_set_client');
    const isText = (characterSetClient?.startsWith('utf8') ?? true) ? isUtf8(ddl) : isAscii(ddl);
    return {
      name,
      ddl: ddl.toString(isText ? 'utf8' : 'base64'),
      encoding: isText ? 'utf8' : 'base64',
      sqlMode: text('sql_mode'),
      characterSetClient,
      collationConnection: text('collation_connection'),
      databaseCollation: text('Database Collation'),
      timeZone: text('time_zone'),
    };
  }
}

interface KeyPart {
  readonly name: string;
  readonly column: string | null;
  readonly isWhole: boolean;
}

/** Without keys that the optimizer may not use: forcing one is an error. */
function visibleParts(parts: readonly KeyPart[], ddl: string): KeyPart[] {
  const hidden = new Set(keyClauses(ddl).flatMap((clause) => (clause.isHidden ? [clause.name] : [])));
  return parts.filter((part) => !hidden.has(part.name));
}

/** The primary key, or else the first unique key that can carry range bounds. */
function usableKey(
  parts: readonly KeyPart[],
  columns: readonly ColumnDescription[],
): { name: string; columns: string[] } | null {
  const boundable = new Set(columns.filter(canBound).map((column) => column.name));
  const names = [...new Set(parts.map((part) => part.name))];
  // InnoDB stores rows in the order of the primary key: walking by another one would be random reads
  const candidates = names.includes('PRIMARY') ? ['PRIMARY'] : names;
  for (const name of candidates) {
    const own = parts.filter((part) => part.name === name);
    const keyColumns = own.flatMap((part) => (part.column === null ? [] : [part.column]));
    if (own.every((part) => part.isWhole && part.column !== null && boundable.has(part.column))) {
      return { name, columns: keyColumns };
    }
  }
  return null;
}

function grouped<T>(rows: readonly Row[], build: (row: Row) => T): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const name = String(row.tableName);
    const group = groups.get(name);
    if (group === undefined) {
      groups.set(name, [build(row)]);
    } else {
      group.push(build(row));
    }
  }
  return groups;
}

function isAscii(bytes: Buffer): boolean {
  return bytes.every((byte) => byte < 0x80);
}

function causeMessage(error: BackupError | null): string {
  return error?.cause instanceof Error ? error.cause.message : (error?.message ?? 'unknown');
}
