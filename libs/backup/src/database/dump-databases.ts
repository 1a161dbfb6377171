import type { DatabaseRecord, ObjectRecord, SnapshotRecord, TableRecord } from '../backup-set/manifest.js';
import type { ObjectFormat } from '../backup-set/object-format.js';
import type { BackupStorage, StorageConfiguration } from '../storage/backup-storage.js';
import { canCoordinate, takeCoordinatedSnapshot } from './coordinated-snapshot.js';
import type { EarlierTables } from './earlier-tables.js';
import { DescribedSchema, type DescribedDatabase, type TableJob } from './described-schema.js';
import type { EngineLoad } from '../engine/thread-messages.js';
import { EnginePool } from './engine/engine-pool.js';
import { IDLE_SECONDS, underIdleLimit } from './idle-limit.js';
import { joinRanges } from './join-ranges.js';
import { writeSchemaObjects } from './schema-objects.js';
import { ServerConnection, type ServerAddress } from './server-connection.js';
import type { ServerInfo } from './server-info.js';
import type { SnapshotSteps } from './snapshot.js';
import { takeSingleSnapshot } from './single-snapshot.js';
import { selectFrom } from './selection/check-selection.js';
import type { TableFilter, TableSelection } from './selection/table-selection.js';
import { TableDump, type DumpedTable } from './table-dump.js';

/** How often the tables are looked at while they are read, milliseconds, and at most one part in so many of the time. */
const BETWEEN_LOOKS = 1000;
const LOOKS_SHARE = 20;

export interface DumpOptions {
  readonly address: ServerAddress;
  readonly databases: readonly string[];
  /** Which of their tables and rows. */
  readonly selection: TableSelection;
  readonly set: string;
  /** The tables of the set to build on; null: everything is stored. */
  readonly earlier: EarlierTables | null;
  readonly storage: BackupStorage;
  readonly storageConfiguration: StorageConfiguration;
  readonly format: ObjectFormat;
  /** Engine threads, each with a database session of its own. */
  readonly threads: number;
  readonly load: EngineLoad;
  /** Plain bytes after which a range ends. */
  readonly rangeBytes: number;
  /** Whether tables are divided finely, for backups that build on this one: that stores less then, and takes longer now. */
  readonly hasFineRanges: boolean;
  /** Note what cannot be read as a warning, instead of failing. */
  readonly allowPartial: boolean;
  readonly signal: AbortSignal;
  /** Told of objects that are complete. */
  readonly onStored: (objects: readonly ObjectRecord[]) => void;
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
export async function dumpDatabases(given: DumpOptions): Promise<DumpedDatabases> {
  const connection = await ServerConnection.open(given.address);
  const killed: Promise<void>[] = [];
  const cancel = (): void => {
    killed.push(connection.kill());
  };
  given.signal.addEventListener('abort', cancel, { once: true });
  try {
    const { databases, filter } = await selectFrom(connection, given.databases, given.selection);
    const options = { ...given, databases };
    const isCoordinated = await canCoordinate(connection);
    const dump = new Dump(options, connection, filter, isCoordinated ? options.threads : 1);
    return await underIdleLimit(connection, IDLE_SECONDS.blocksChanges, () => dump.run(isCoordinated));
  } finally {
    given.signal.removeEventListener('abort', cancel);
    if (given.signal.aborted) {
      await Promise.all(killed);
      connection.destroy();
    } else {
      await connection.end();
    }
  }
}

class Dump {
  private nextLook = performance.now() + BETWEEN_LOOKS;
  private readonly dumped = new Map<TableJob, DumpedTable>();
  private readonly pool: EnginePool;
  private connected: Promise<unknown> | null = null;
  private bytes = 0;
  private rows = 0;
  private expectedBytes = 0;
  private fraction = 0;

  constructor(
    private readonly options: DumpOptions,
    private readonly connection: ServerConnection,
    private readonly filter: TableFilter,
    threads: number,
  ) {
    this.pool = new EnginePool(
      threads,
      { storage: options.storageConfiguration, address: options.address, identities: new Map(), load: options.load },
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
      const take = isCoordinated ? takeCoordinatedSnapshot : takeSingleSnapshot;
      const { schema, record } = await take(this.connection, this.snapshotSteps());
      const { jobs } = schema;
      const unread = jobs.filter((job) => !this.dumped.has(job));
      await this.dumpTables(unread, () => this.lookAgain(schema, unread));
      await schema.confirm(unread, () => true);
      const databases = schema.databases.map((entry) => this.databaseRecord(entry, schema));
      const schemaObjects = await this.writeSchemas(databases);
      return {
        server: this.connection.server,
        snapshot: record,
        databases,
        objects: [...schemaObjects, ...jobs.flatMap((job) => this.dumped.get(job)?.objects ?? [])],
        warnings: schema.warnings,
      };
    } finally {
      await this.pool.close();
    }
  }

  private snapshotSteps(): SnapshotSteps<DescribedSchema> {
    const lockedJobs = ({ jobs }: DescribedSchema): TableJob[] =>
      jobs.filter((job) => !job.table.isTransactional && job.readsRows);
    return {
      readSchema: () => this.readSchema(),
      isUnchanged: (schema) => schema.isUnchanged(),
      lockedTables: (schema) => lockedJobs(schema).map((job) => ({ database: job.database, name: job.table.name })),
      beginSnapshots: async (schema, changes) => {
        const hold = changes === 'blocked' ? [] : schema.tablesToHold;
        const [place] = await this.pool.runOnAll({ kind: 'snapshot', hold });
        await this.connection.waitForLocks(hold.length > 0 ? 'briefly' : 'patiently');
        return place;
      },
      dropSnapshots: async () => {
        await this.pool.runOnAll({ kind: 'snapshot', hold: [] });
        await this.connection.waitForLocks('patiently');
      },
      readSequences: (schema) => schema.readSequences(),
      copyLocked: (schema) => this.dumpTables(lockedJobs(schema)),
    };
  }

  private async readSchema(): Promise<DescribedSchema> {
    this.connected ??= this.pool.runOnAll({ kind: 'connect' });
    // threads take a while to start
    const [schema] = await Promise.all([
      DescribedSchema.read(this.connection, this.filter, this.options),
      this.connected,
    ]);
    this.expectedBytes = schema.jobs.reduce((sum, job) => sum + job.table.dataBytes, 0);
    return schema;
  }

  /** Large tables first, so that no worker is left with one at the end. */
  private async dumpTables(
    jobs: readonly TableJob[],
    onDumped: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const bySize = jobs.filter((job) => job.readsRows).toSorted((a, b) => b.table.dataBytes - a.table.dataBytes);
    const running = bySize.map((job) => this.dumpTable(job).then(onDumped));
    // allSettled first: nothing may still be writing when the failure is reported
    await Promise.allSettled(running);
    await Promise.all(running);
  }

  /** Every now and then: a change fails the dump soon, and does not matter to tables that were read before. */
  private async lookAgain(schema: DescribedSchema, jobs: readonly TableJob[]): Promise<void> {
    if (performance.now() < this.nextLook) {
      return;
    }
    this.nextLook = Infinity;
    const startedAt = performance.now();
    try {
      await schema.confirm(jobs, (job) => this.dumped.has(job));
    } catch (error) {
      this.pool.abort(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
    const now = performance.now();
    this.nextLook = now + Math.max(BETWEEN_LOOKS, (now - startedAt) * LOOKS_SHARE);
  }

  private async dumpTable(job: TableJob): Promise<void> {
    const { set, format, rangeBytes, hasFineRanges, earlier, onStored } = this.options;
    const { maxAllowedPacket } = this.connection.server;
    const table = new TableDump(
      this.pool,
      { set, format, rangeBytes, hasFineRanges, maxAllowedPacket, onStored },
      job,
      earlier?.of(job) ?? null,
    );
    this.dumped.set(job, await table.run());
  }

  private databaseRecord(database: DescribedDatabase, schema: DescribedSchema): DatabaseRecord {
    const { description, folder, jobs } = database;
    const tables = jobs.map((job) => this.tableRecord(job, schema.definitionOf(job)));
    return { ...description, sequences: schema.sequencesOf(database), folder, tables };
  }

  private tableRecord(job: TableJob, ddl: string): TableRecord {
    const dumped = this.dumped.get(job);
    const ranges = joinRanges(dumped?.ranges ?? []);
    return {
      name: job.table.name,
      engine: job.table.engine,
      ddl,
      columns: [...job.table.columns],
      key: [...job.table.key],
      keyName: job.table.keyName,
      ...(job.table.unshown === undefined ? {} : { unshown: [...job.table.unshown] }),
      ...(job.table.hasHistory === true ? { hasHistory: true } : {}),
      ...(job.table.sortsByContent === true ? { sortsByContent: true } : {}),
      rows: ranges.reduce((sum, range) => sum + range.rows, 0),
      statementBytes: job.shape.statementBytes,
      longestStatement: dumped?.longestStatement ?? 0,
      longestRow: dumped?.longestRow ?? 0,
      ...(dumped?.hasTypedDocuments === true ? { hasTypedDocuments: true } : {}),
      ranges,
      ...(job.subset === undefined ? {} : { subset: job.subset }),
    };
  }

  private async writeSchemas(databases: readonly DatabaseRecord[]): Promise<ObjectRecord[]> {
    const { storage, set, format } = this.options;
    const objects: ObjectRecord[] = [];
    for (const database of databases) {
      objects.push(...(await writeSchemaObjects(storage, set, database, this.connection.server.flavour, format)));
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
