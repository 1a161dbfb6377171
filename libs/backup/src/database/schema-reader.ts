import type { DatabaseRecord, ViewRecord } from '../backup-set/manifest.js';
import type { BackupError } from '../errors/backup.error.js';
import { tableNotAllowed, unknownDatabase, viewBroken } from './database.errors.js';
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
import { TableDescriber, type TableDescription } from './table-describer.js';
import { identityKey } from './table-identities.js';

/** What stands on the tables of a database. */
export type StandingDescription = Pick<DatabaseRecord, 'views' | 'routines' | 'triggers' | 'events'>;

export type DatabaseDescription = Omit<DatabaseRecord, 'tables' | 'folder' | 'sequences'> & {
  readonly tables: readonly TableDescription[];
  readonly sequences: readonly SequenceDescription[];
};

/** What to do with something that cannot be read: throw, or note it and go on. */
export type OnUnreadable = (error: BackupError) => void;

/** What the identities of tables are read of, too. */
const IDENTIFIED = new Set(['BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE']);

/** Reads everything about a database but its rows and the state of its sequences. */
export class SchemaReader {
  /** All tables and sequences that were found, by {@link identityKey}, whether they belong to the backup or not. */
  readonly listed = new Set<string>();
  private readonly definitions: DefinitionReader;
  private readonly describer: TableDescriber;

  constructor(
    private readonly connection: ServerConnection,
    private readonly filter: TableFilter,
    private readonly onUnreadable: OnUnreadable,
  ) {
    this.definitions = new DefinitionReader(connection, onUnreadable);
    this.describer = new TableDescriber(connection, onUnreadable);
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
      tables: await this.describer.describe(database, await this.readable(database, tables, privileges)),
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
