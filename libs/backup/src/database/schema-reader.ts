import type { ColumnRecord, UnshownColumn, DatabaseRecord, ViewRecord } from '../backup-set/manifest.js';
import { BackupError } from '../errors/backup.error.js';
import { columnRecord, type ColumnDescription } from './columns.js';
import {
  errorNumber,
  historyNotSupported,
  tableChanged,
  tableNotAllowed,
  tableNotReadable,
  transactionHistory,
  unknownDatabase,
  viewBroken,
} from './database.errors.js';
import { isReadOnlyDatabase, readDatabaseSettings } from './database-settings.js';
import { DefinitionReader, type ViewDescription } from './definition-reader.js';
import { reportHiddenObjects } from './hidden-objects.js';
import { reportLibraries } from './libraries.js';
import { missingGrants, type Need } from './privilege-needs.js';
import { Privileges } from './privileges.js';
import type { TableFilter } from './selection/table-selection.js';
import type { SequenceDescription } from './sequence-states.js';
import type { Row, ServerConnection } from './server-connection.js';
import { quoteName, quoteQualified } from './sql.js';
import { UnshownColumnsReader } from './unshown-columns.js';
import { identityKey } from './table-identities.js';
import { hasTransactionPeriod, keyWithPeriod, takesHistory, withPeriod } from './system-versioning.js';
import { readTableDefinition, readTableDefinitions } from './table-definitions.js';
import { usableKey, type KeyPart } from './usable-key.js';

/** A table as it stands, before its rows are read. */
export interface TableDescription {
  readonly name: string;
  readonly engine: string;
  readonly ddl: string;
  readonly columns: readonly ColumnRecord[];
  readonly key: readonly string[];
  readonly keyName: string;
  readonly unshown?: readonly UnshownColumn[];
  /** Whether it is system-versioned. */
  readonly hasHistory?: true;
  /** Whether neither a key nor the engine gives its rows an order. */
  readonly sortsByContent?: true;
  /** The server's estimate, bytes. */
  readonly dataBytes: number;
  /** The server's estimate. */
  readonly rowCount: number;
  /** Whether a snapshot transaction covers it. */
  readonly isTransactional: boolean;
  /** Whether it has rows of its own: not so for MERGE and FEDERATED tables. */
  readonly hasRows: boolean;
}

/** What stands on the tables of a database. */
export type StandingDescription = Pick<DatabaseRecord, 'views' | 'routines' | 'triggers' | 'events'>;

export type DatabaseDescription = Omit<DatabaseRecord, 'tables' | 'folder' | 'sequences'> & {
  readonly tables: readonly TableDescription[];
  readonly sequences: readonly SequenceDescription[];
};

/** What to do with something that cannot be read: throw, or note it and go on. */
export type OnUnreadable = (error: BackupError) => void;

/** Engines that put rows wherever there is room, so that a copy is not read in the order of the original. */
const SHUFFLING_ENGINES = new Set(['aria']);

const NO_SUCH_TABLE = 1146;

/** What the identities of tables are read of, too. */
const IDENTIFIED = new Set(['BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE']);

const ROWLESS_ENGINES = new Set(['mrg_myisam', 'federated', 'blackhole', 'connect', 'spider', 'sphinx']);

/** Reads everything about a database but its rows and the state of its sequences. */
export class SchemaReader {
  /** All tables and sequences that were found, by {@link identityKey}, whether they belong to the backup or not. */
  readonly listed = new Set<string>();
  private readonly definitions: DefinitionReader;

  constructor(
    private readonly connection: ServerConnection,
    private readonly filter: TableFilter,
    private readonly onUnreadable: OnUnreadable,
  ) {
    this.definitions = new DefinitionReader(connection, onUnreadable);
  }

  async read(database: string): Promise<DatabaseDescription> {
    const settings = await readDatabaseSettings(this.connection, database);
    if (settings === null) {
      throw unknownDatabase(database, this.connection.address);
    }
    const objects = await this.connection.query(
      'SELECT TABLE_NAME AS name, TABLE_TYPE AS type, ENGINE AS engine, DATA_LENGTH AS dataBytes, TABLE_ROWS AS rowCount, TABLE_COMMENT AS comment FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY BINARY TABLE_NAME',
      [database],
    );
    for (const { name } of objects.filter(({ type }) => IDENTIFIED.has(String(type)))) {
      this.listed.add(identityKey(database, String(name)));
    }
    const isHeld = (name: string): boolean => this.filter.holds(database, name);
    const ofType = (...types: string[]): Row[] =>
      objects.filter((row) => types.includes(String(row.type)) && isHeld(String(row.name)));
    const leftOut = objects.map((row) => String(row.name)).filter((name) => !isHeld(name));
    const tables = ofType('BASE TABLE', 'SYSTEM VERSIONED');
    const sequences = ofType('SEQUENCE');
    const names = [...tables, ...sequences].map((row) => String(row.name));
    const privileges = await Privileges.read(this.connection);
    await reportHiddenObjects(this.connection, database, names, this.filter, privileges, this.onUnreadable);
    await reportLibraries(this.connection, database, this.onUnreadable);
    const { holdsRoutines } = this.filter;
    return {
      name: database,
      ...settings,
      ...((await isReadOnlyDatabase(this.connection, database)) ? { readOnly: true as const } : {}),
      tables: await this.tables(database, await this.readable(database, tables, privileges)),
      sequences: await this.sequences(database, await this.readable(database, sequences, privileges)),
      ...(await this.readStanding(database)),
      ...(leftOut.length > 0 || !holdsRoutines ? { leftOut: { names: leftOut, routines: !holdsRoutines } } : {}),
    };
  }

  /** What stands on the tables. */
  async readStanding(database: string): Promise<StandingDescription> {
    const { holdsRoutines } = this.filter;
    const isHeld = (name: string): boolean => this.filter.holds(database, name);
    // in the database itself the server writes views without the database's name before each table
    await this.connection.query(`USE ${quoteName(database)}`);
    return {
      views: this.wholeViews(database, await this.definitions.views(database, isHeld)),
      routines: holdsRoutines ? await this.definitions.routines(database) : [],
      triggers: await this.definitions.triggers(database, isHeld),
      events: holdsRoutines ? await this.definitions.events(database) : [],
    };
  }

  private async tables(database: string, rows: readonly Row[]): Promise<TableDescription[]> {
    const columns = await this.columns(database);
    const keys = await this.keys(database);
    const unshown = await new UnshownColumnsReader(this.connection, this.onUnreadable).read(
      database,
      rows.map((row) => String(row.name)),
    );
    const transactional = await this.transactionalEngines();
    const definitions = await readTableDefinitions(
      this.connection,
      database,
      rows.map((row) => String(row.name)),
    );
    const tables: TableDescription[] = [];
    for (const row of rows) {
      const name = String(row.name);
      const hasHistory = row.type === 'SYSTEM VERSIONED';
      const own = columns.get(name) ?? [];
      if (hasHistory && hasTransactionPeriod(own)) {
        this.onUnreadable(transactionHistory(database, name));
        continue;
      }
      if (hasHistory && !takesHistory(this.connection.server)) {
        this.onUnreadable(historyNotSupported(database, name));
        continue;
      }
      const ddl = definitions.get(name) ?? (await this.createTable(database, name));
      if (ddl === null) {
        continue;
      }
      const described = hasHistory ? withPeriod(own) : own;
      const engine = String(row.engine ?? '');
      const isTransactional = transactional.has(engine.toLowerCase());
      const isShuffled = SHUFFLING_ENGINES.has(engine.toLowerCase());
      const key = isTransactional || isShuffled ? usableKey(keys.get(name) ?? [], described, ddl) : null;
      tables.push({
        name,
        engine,
        ddl,
        columns: described.map(columnRecord),
        key: keyWithPeriod(key?.columns ?? [], described),
        keyName: key?.name ?? '',
        unshown: unshown.get(name),
        ...(hasHistory ? { hasHistory } : {}),
        ...(isShuffled && key === null ? { sortsByContent: true as const } : {}),
        dataBytes: Number(row.dataBytes ?? 0),
        rowCount: Number(row.rowCount ?? 0),
        isTransactional,
        hasRows: !ROWLESS_ENGINES.has(engine.toLowerCase()),
      });
    }
    return tables;
  }

  /** Those that the account may read, and not only some columns of them. */
  private async readable(database: string, rows: readonly Row[], privileges: Privileges): Promise<Row[]> {
    const readable: Row[] = [];
    for (const row of rows) {
      const table = String(row.name);
      if (privileges.onTable('SELECT', database, table)) {
        readable.push(row);
      } else {
        const need: Need = { privileges: ['SELECT'], on: { kind: 'table', database, table } };
        this.onUnreadable(tableNotAllowed(database, table, await missingGrants(this.connection, [need])));
      }
    }
    return readable;
  }

  private async createTable(database: string, name: string): Promise<string | null> {
    try {
      return await readTableDefinition(this.connection, database, name);
    } catch (error) {
      if (errorNumber(error) === NO_SUCH_TABLE && !(await this.isListed(database, name))) {
        throw tableChanged(database, name, error);
      }
      const isTold = error instanceof BackupError && error.code === 'not_readable';
      this.onUnreadable(isTold ? error : tableNotReadable(database, name, error));
      return null;
    }
  }

  private async isListed(database: string, name: string): Promise<boolean> {
    const listed = await this.connection.query(
      'SELECT 1 AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
      [database, name],
    );
    return listed.length > 0;
  }

  /** Columns that INSERT can name, by table. */
  private async columns(database: string): Promise<Map<string, ColumnDescription[]>> {
    const rows = await this.connection.query(
      'SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, DATA_TYPE AS dataType, COLUMN_TYPE AS columnType, CHARACTER_SET_NAME AS characterSet, COLLATION_NAME AS collation, EXTRA AS extra, GENERATION_EXPRESSION AS expression FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, ORDINAL_POSITION',
      [database],
    );
    const insertable = rows.filter(
      (row) => rowPeriod(row) !== undefined || !/(?:VIRTUAL|STORED|PERSISTENT) GENERATED/i.test(String(row.extra)),
    );
    return grouped(insertable, (row) => ({
      name: String(row.name),
      dataType: String(row.dataType),
      columnType: String(row.columnType),
      characterSet: row.characterSet === null ? null : String(row.characterSet),
      collation: String(row.collation ?? ''),
      rowPeriod: rowPeriod(row),
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

  private async sequences(database: string, rows: readonly Row[]): Promise<SequenceDescription[]> {
    const sequences: SequenceDescription[] = [];
    for (const row of rows) {
      const name = String(row.name);
      const [create] = await this.connection.query(`SHOW CREATE SEQUENCE ${quoteQualified(database, name)}`);
      sequences.push({ name, ddl: String(create['Create Table']) });
    }
    return sequences;
  }

  private wholeViews(database: string, views: readonly ViewDescription[]): ViewRecord[] {
    return views.flatMap(({ definition, columns }) => {
      if (columns.length === 0) {
        this.onUnreadable(viewBroken(database, definition.name));
        return [];
      }
      return [{ ...definition, columns }];
    });
  }
}

function rowPeriod({ expression }: Row): 'start' | 'end' | undefined {
  return expression === 'ROW START' ? 'start' : expression === 'ROW END' ? 'end' : undefined;
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
