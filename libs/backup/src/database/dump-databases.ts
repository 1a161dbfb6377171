import type { Compression } from '../backup-set/compression.js';
import type {
  DatabaseRecord,
  ObjectRecord,
  RangeRecord,
  RowSubset,
  SnapshotRecord,
  TableRecord,
} from '../backup-set/manifest.js';
import { BackupError } from '../errors/backup.error.js';
import type { BackupStorage, StorageConfiguration } from '../storage/backup-storage.js';
import { isInteger } from './columns.js';
import type { DumpResult } from './engine/engine-tasks.js';
import { EnginePool } from './engine/engine-pool.js';
import { joinRanges } from './join-ranges.js';
import { objectNames } from './object-names.js';
import { SchemaReader, type DatabaseDescription, type TableDescription } from './schema-reader.js';
import { writeSchemaObjects } from './schema-objects.js';
import { ServerConnection, type ServerAddress } from './server-connection.js';
import { readServerInfo, type ServerInfo } from './server-info.js';
import { canCoordinate, takeCoordinatedSnapshot, takeSingleSnapshot, type SnapshotSteps } from './snapshot.js';
import { checkSelection } from './selection/check-selection.js';
import { TableFilter, type TableSelection } from './selection/table-selection.js';
import { quoteName, quoteQualified } from './sql.js';
import { WHOLE_TABLE, type KeyInterval, type TableShape } from './table-rows.js';
import { divideIntegerKey } from './table-segments.js';

/** Upper limit of an INSERT statement with several rows, bytes. */
const STATEMENT_BYTES = 1_000_000;

export interface DumpOptions {
  readonly address: ServerAddress;
  readonly databases: readonly string[];
  /** Which of their tables and rows. */
  readonly selection: TableSelection;
  readonly set: string;
  readonly storage: BackupStorage;
  readonly storageConfiguration: StorageConfiguration;
  readonly compression: Compression;
  /** Engine threads, each with a database session of its own. */
  readonly threads: number;
  /** Plain bytes after which a range ends. */
  readonly rangeBytes: number;
  /** Note what cannot be read as a warning, instead of failing. */
  readonly allowPartial: boolean;
  readonly signal: AbortSignal;
  /** Told the share of the work that is done, 0 to 1, and the bytes and rows written so far. */
  readonly onProgress: (progress: DumpProgress) => void;
}

export interface DumpProgress {
  readonly fraction: number;
  readonly bytes: number;
  readonly rows: number;
}

export interface DumpedDatabases {
  readonly server: ServerInfo;
  readonly snapshot: SnapshotRecord;
  readonly databases: readonly DatabaseRecord[];
  readonly objects: readonly ObjectRecord[];
  readonly warnings: readonly string[];
}

/** Writes the databases' objects into a set: all of them as they stood at one moment. */
export async function dumpDatabases(options: DumpOptions): Promise<DumpedDatabases> {
  const connection = await ServerConnection.open(options.address);
  const killed: Promise<void>[] = [];
  const cancel = (): void => {
    killed.push(connection.kill());
  };
  options.signal.addEventListener('abort', cancel, { once: true });
  try {
    const server = await readServerInfo(connection);
    const filter = new TableFilter(options.selection, server.lowerCaseTableNames === 0 ? 'exact' : 'folded');
    await checkSelection(connection, options.databases, filter);
    const isCoordinated = await canCoordinate(connection, server);
    const dump = new Dump(options, connection, server, filter, isCoordinated ? options.threads : 1);
    return await dump.run(isCoordinated);
  } finally {
    options.signal.removeEventListener('abort', cancel);
    if (options.signal.aborted) {
      await Promise.all(killed);
      connection.destroy();
    } else {
      await connection.end();
    }
  }
}

interface TableJob {
  readonly database: string;
  readonly table: TableDescription;
  readonly shape: TableShape;
  /** Undefined: all rows. */
  readonly subset: RowSubset | undefined;
  readonly readsRows: boolean;
  readonly objectPrefix: string;
  readonly counter: SharedArrayBuffer;
}

interface DumpedTable {
  readonly ranges: readonly RangeRecord[];
  readonly objects: readonly ObjectRecord[];
  readonly longestStatement: number;
}

class Dump {
  private readonly warnings: string[] = [];
  private readonly dumped = new Map<TableJob, DumpedTable>();
  private readonly pool: EnginePool;
  private bytes = 0;
  private rows = 0;
  private expectedBytes = 0;
  private fraction = 0;

  constructor(
    private readonly options: DumpOptions,
    private readonly connection: ServerConnection,
    private readonly server: ServerInfo,
    private readonly filter: TableFilter,
    threads: number,
  ) {
    this.pool = new EnginePool(
      threads,
      { storage: options.storageConfiguration, address: options.address },
      (progress) => {
        this.bytes += progress.bytes;
        this.rows += progress.rows;
        this.report();
      },
      options.signal,
    );
  }

  async run(isCoordinated: boolean): Promise<DumpedDatabases> {
    try {
      await this.pool.runOnAll({ kind: 'connect' });
      const take = isCoordinated ? takeCoordinatedSnapshot : takeSingleSnapshot;
      const { schema, record } = await take(this.connection, this.server, this.snapshotSteps());
      const jobs = schema.flatMap(({ jobs: own }) => own);
      await this.dumpTables(jobs.filter((job) => !this.dumped.has(job)));
      const databases = schema.map((entry) => this.databaseRecord(entry));
      const schemaObjects = await this.writeSchemas(databases);
      return {
        server: this.server,
        snapshot: record,
        databases,
        objects: [...schemaObjects, ...jobs.flatMap((job) => this.dumped.get(job)?.objects ?? [])],
        warnings: this.warnings,
      };
    } finally {
      await this.pool.close();
    }
  }

  private snapshotSteps(): SnapshotSteps<readonly DescribedDatabase[]> {
    const lockedJobs = (schema: readonly DescribedDatabase[]): TableJob[] =>
      schema.flatMap(({ jobs }) => jobs).filter((job) => !job.table.isTransactional && job.readsRows);
    return {
      readSchema: () => this.readSchema(),
      lockedTables: (schema) => lockedJobs(schema).map((job) => ({ database: job.database, name: job.table.name })),
      beginSnapshots: () => this.pool.runOnAll({ kind: 'snapshot' }),
      copyLocked: (schema) => this.dumpTables(lockedJobs(schema)),
    };
  }

  private async readSchema(): Promise<DescribedDatabase[]> {
    const reader = new SchemaReader(this.connection, this.filter, (error) => {
      this.skip(error);
    });
    const folders = objectNames('db', this.options.databases);
    const described: DescribedDatabase[] = [];
    for (const [index, name] of this.options.databases.entries()) {
      this.options.signal.throwIfAborted();
      const description = await reader.read(name);
      const jobs = this.tableJobs(description, folders[index]);
      described.push({ description, folder: folders[index], jobs });
    }
    const jobs = described.flatMap((database) => database.jobs);
    this.expectedBytes = jobs.reduce((sum, job) => sum + job.table.dataBytes, 0);
    return described;
  }

  private tableJobs({ name: database, tables }: DatabaseDescription, folder: string): TableJob[] {
    const names = objectNames(
      'table',
      tables.map((table) => table.name),
    );
    return tables.map((table, index) => {
      const subset = this.filter.subset(database, table.name);
      return {
        database,
        table,
        shape: {
          name: table.name,
          columns: table.columns,
          key: table.key,
          keyName: table.keyName,
          statementBytes: STATEMENT_BYTES,
        },
        subset,
        readsRows: table.hasRows && subset?.kind !== 'none',
        objectPrefix: `database/${folder}/${names[index]}`,
        counter: new SharedArrayBuffer(4),
      };
    });
  }

  private skip(error: BackupError): void {
    if (!this.options.allowPartial) {
      throw error;
    }
    this.warnings.push(error.message);
  }

  /** Large tables first, so that no worker is left with one at the end. */
  private async dumpTables(jobs: readonly TableJob[]): Promise<void> {
    const bySize = jobs.filter((job) => job.readsRows).toSorted((a, b) => b.table.dataBytes - a.table.dataBytes);
    const running: Promise<void>[] = [];
    for (const job of bySize) {
      running.push(this.dumpTable(job, await this.intervals(job)));
    }
    // allSettled first: nothing may still be writing when the failure is reported
    await Promise.allSettled(running);
    await Promise.all(running);
  }

  private async dumpTable(job: TableJob, intervals: readonly KeyInterval[]): Promise<void> {
    const results = await Promise.all(
      intervals.map((interval) =>
        this.pool.run({
          kind: 'dump',
          set: this.options.set,
          database: job.database,
          shape: job.shape,
          interval,
          condition: job.subset?.kind === 'where' ? job.subset.condition : null,
          // an interval is about a range already: only one that turns out much larger is cut again
          rangeBytes: this.options.rangeBytes * (intervals.length > 1 ? 2 : 1),
          compression: this.options.compression,
          objectPrefix: job.objectPrefix,
          counter: job.counter,
          maxAllowedPacket: this.server.maxAllowedPacket,
        }),
      ),
    );
    this.dumped.set(job, mergeResults(results));
  }

  /** The parts of a table that are read side by side. Bounds are only a division of work: any value is right. */
  private async intervals(job: TableJob): Promise<readonly KeyInterval[]> {
    const { table, database } = job;
    const first = table.columns.find((column) => column.name === table.key.at(0));
    if (first === undefined || !isInteger(first.type) || table.dataBytes < this.options.rangeBytes * 1.5) {
      return [WHOLE_TABLE];
    }
    const column = quoteName(first.name);
    const [bounds] = await this.connection.query(
      `SELECT MIN(${column}) AS least, MAX(${column}) AS most FROM ${quoteQualified(database, table.name)}`,
    );
    return bounds.least === null
      ? [WHOLE_TABLE]
      : divideIntegerKey(
          BigInt(String(bounds.least)),
          BigInt(String(bounds.most)),
          table.dataBytes,
          this.options.rangeBytes,
        );
  }

  private databaseRecord({ description, folder, jobs }: DescribedDatabase): DatabaseRecord {
    return { ...description, folder, tables: jobs.map((job) => this.tableRecord(job)) };
  }

  private tableRecord(job: TableJob): TableRecord {
    const dumped = this.dumped.get(job);
    const ranges = joinRanges(dumped?.ranges ?? []);
    return {
      name: job.table.name,
      engine: job.table.engine,
      ddl: job.table.ddl,
      columns: [...job.table.columns],
      key: [...job.table.key],
      keyName: job.table.keyName,
      rows: ranges.reduce((sum, range) => sum + range.rows, 0),
      statementBytes: job.shape.statementBytes,
      longestStatement: dumped?.longestStatement ?? 0,
      ranges,
      ...(job.subset === undefined ? {} : { subset: job.subset }),
    };
  }

  private async writeSchemas(databases: readonly DatabaseRecord[]): Promise<ObjectRecord[]> {
    const objects: ObjectRecord[] = [];
    for (const database of databases) {
      objects.push(
        ...(await writeSchemaObjects(this.options.storage, this.options.set, database, this.options.compression)),
      );
    }
    return objects;
  }

  /** Estimates can be wrong either way: what is shown never goes back and reaches 1 only at the end. */
  private report(): void {
    const estimate = this.bytes / Math.max(this.expectedBytes, this.bytes, 1);
    this.fraction = Math.max(this.fraction, Math.min(estimate, 0.99));
    this.options.onProgress({ fraction: this.fraction, bytes: this.bytes, rows: this.rows });
  }
}

interface DescribedDatabase {
  readonly description: DatabaseDescription;
  readonly folder: string;
  readonly jobs: readonly TableJob[];
}

function mergeResults(results: readonly DumpResult[]): DumpedTable {
  return {
    ranges: results.flatMap((result) => result.ranges),
    objects: results.flatMap((result) => result.objects),
    longestStatement: Math.max(0, ...results.map((result) => result.longestStatement)),
  };
}
