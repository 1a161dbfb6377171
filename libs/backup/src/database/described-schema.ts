import { isDeepStrictEqual } from 'node:util';
import type { RowSubset, SequenceRecord } from '../backup-set/manifest.js';
import type { BackupError } from '../errors/backup.error.js';
import { objectNames } from './object-names.js';
import { SchemaReader, type DatabaseDescription } from './schema-reader.js';
import type { TableFilter } from './selection/table-selection.js';
import { readSequenceStates } from './sequence-states.js';
import type { ServerConnection } from './server-connection.js';
import { statementLimit, type ServerInfo } from './server-info.js';
import { quoteQualified } from './sql.js';
import type { TableDescription } from './table-describer.js';
import { tableShape, type TableShape } from './table-rows.js';
import { TableWatch, type WatchedTable } from './table-watch.js';

/** Upper limit of an INSERT statement with several rows, bytes. */
const STATEMENT_BYTES = 1_000_000;

/** A table of the dump. */
export interface TableJob {
  readonly database: string;
  readonly table: TableDescription;
  readonly shape: TableShape;
  /** Undefined: all rows. */
  readonly subset: RowSubset | undefined;
  readonly readsRows: boolean;
  readonly objectPrefix: string;
  readonly counter: SharedArrayBuffer;
}

export interface DescribedDatabase {
  readonly description: DatabaseDescription;
  readonly folder: string;
  readonly jobs: readonly TableJob[];
}

export interface SchemaOptions {
  readonly databases: readonly string[];
  /** Note what cannot be read as a warning, instead of failing. */
  readonly allowPartial: boolean;
  readonly signal: AbortSignal;
}

/** The definitions of some databases as they were read, and what is known about whether they still stand. */
export class DescribedSchema {
  private readonly sequences = new Map<string, SequenceRecord[]>();
  /** Tables that nothing more can happen to. */
  private readonly confirmed = new Set<TableJob>();

  private constructor(
    private readonly connection: ServerConnection,
    private readonly filter: TableFilter,
    private readonly watch: TableWatch,
    /** All tables that were found. */
    private readonly listed: ReadonlySet<string>,
    readonly databases: readonly DescribedDatabase[],
    /** What cannot be read. */
    readonly warnings: readonly string[],
  ) {}

  static async read(
    connection: ServerConnection,
    filter: TableFilter,
    options: SchemaOptions,
  ): Promise<DescribedSchema> {
    const warnings: string[] = [];
    const onUnreadable = (error: BackupError): void => {
      if (!options.allowPartial) {
        throw error;
      }
      warnings.push(error.message);
    };
    const watch = await TableWatch.start(connection, options.databases);
    const reader = new SchemaReader(connection, filter, onUnreadable);
    const folders = objectNames('db', options.databases);
    const databases: DescribedDatabase[] = [];
    for (const [index, name] of options.databases.entries()) {
      options.signal.throwIfAborted();
      const description = await reader.read(name);
      const folder = folders[index];
      databases.push({
        description,
        folder,
        jobs: tableJobs(description, folder, filter, connection.server),
      });
    }
    return new DescribedSchema(connection, filter, watch, reader.listed, databases, warnings);
  }

  get jobs(): TableJob[] {
    return this.databases.flatMap(({ jobs }) => jobs);
  }

  /** Quoted names of the tables that the snapshot has to hold: nothing would show that they are replaced. */
  get tablesToHold(): string[] {
    return this.jobs
      .filter(({ database, table }) => table.isTransactional && this.watch.mustHold(database, table.name))
      .map(({ database, table }) => quoteQualified(database, table.name));
  }

  /** Whether everything, and nothing else, still stands as it was described. */
  async isUnchanged(): Promise<boolean> {
    if (!(await this.watch.isUnchanged(this.jobs.map(watched), this.listed))) {
      return false;
    }
    // what cannot be read was reported when it was described
    const reader = new SchemaReader(this.connection, this.filter, () => undefined);
    for (const { description } of this.databases) {
      const { views, routines, triggers, events } = description;
      if (!isDeepStrictEqual(await reader.readStanding(description.name), { views, routines, triggers, events })) {
        return false;
      }
    }
    return true;
  }

  /** To be called when the snapshot is taken, not before. */
  async readSequences(): Promise<void> {
    for (const { description } of this.databases) {
      const states = await readSequenceStates(this.connection, description.name, description.sequences);
      this.sequences.set(description.name, states);
    }
  }

  sequencesOf({ description }: DescribedDatabase): SequenceRecord[] {
    return this.sequences.get(description.name) ?? [];
  }

  /** A table's definition, its AUTO_INCREMENT not behind the rows that have come since. */
  definitionOf(job: TableJob): string {
    return this.watch.definition(watched(job));
  }

  /**
   * Makes sure that tables stand as they were described: what has been read of them by now is what was described.
   *
   * @throws BackupError `table_changed`
   */
  async confirm(jobs: readonly TableJob[], isRead: (job: TableJob) => boolean): Promise<void> {
    const unconfirmed = jobs.filter((job) => !this.confirmed.has(job));
    const read = unconfirmed.filter(isRead);
    await this.watch.confirm(unconfirmed.map(watched));
    for (const job of read) {
      this.confirmed.add(job);
    }
  }
}

function tableJobs(
  { name: database, tables }: DatabaseDescription,
  folder: string,
  filter: TableFilter,
  server: ServerInfo,
): TableJob[] {
  const names = objectNames(
    'table',
    tables.map((table) => table.name),
  );
  return tables.map((table, index) => {
    const subset = filter.subset(database, table.name);
    return {
      database,
      table,
      shape: tableShape({
        ...table,
        statementBytes: Math.min(STATEMENT_BYTES, statementLimit(server)),
      }),
      subset,
      readsRows: table.hasRows && subset?.kind !== 'none',
      objectPrefix: `database/${folder}/${names[index]}`,
      counter: new SharedArrayBuffer(4),
    };
  });
}

function watched({ database, table }: TableJob): WatchedTable {
  return { database, name: table.name, ddl: table.ddl };
}
