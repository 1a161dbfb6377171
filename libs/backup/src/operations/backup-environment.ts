import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ResolvedBackupOptions } from '../backup.options.js';
import { CATALOG_TABLES } from '../catalog/catalog-tables.js';
import type { ProtectedTables } from '../database/restore/restore-targets.js';
import type { ServerAddress } from '../database/server-connection.js';
import { BackupError } from '../errors/backup.error.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { openStorage } from '../storage/open-storage.js';

/** What operations work on: the storage, the server, and which database holds the catalog. */
@Injectable()
export class BackupEnvironment {
  readonly storage: BackupStorage;
  readonly address: ServerAddress;

  constructor(
    readonly options: ResolvedBackupOptions,
    private readonly dataSource: DataSource,
  ) {
    this.storage = openStorage(options.storage);
    this.address = options.connection ?? addressOf(dataSource);
  }

  /** The databases a backup holds when none is named: the data source's, and those of the options. */
  get databases(): readonly string[] {
    return [...new Set([this.catalogDatabase, ...this.options.databases])];
  }

  /** Whether this process carries out what others start, and schedules. */
  get isWorker(): boolean {
    const { queue } = this.options;
    return queue.driver === 'in-process' || queue.worker;
  }

  get protectedTables(): ProtectedTables {
    return { database: this.catalogDatabase, tables: CATALOG_TABLES };
  }

  private get catalogDatabase(): string {
    const { database } = this.dataSource.driver;
    if (database === undefined) {
      throw new BackupError(
        'invalid_option',
        'The data source names no database: set `database` or a URL with one in its options.',
      );
    }
    return database;
  }
}

/** How the data source reaches its server. TypeORM has put a URL's parts into its options by then. */
function addressOf(dataSource: DataSource): ServerAddress {
  const { options } = dataSource;
  if (options.type !== 'mysql' && options.type !== 'mariadb') {
    throw new BackupError(
      'invalid_option',
      `The data source is of type ${options.type}: backups need one of type mysql or mariadb.`,
    );
  }
  const url = options.url === undefined ? null : new URL(options.url);
  return {
    host: options.host ?? url?.hostname,
    port: options.port ?? (url === null || url.port === '' ? undefined : Number(url.port)),
    socketPath: options.socketPath,
    user: options.username ?? decodeURIComponent(url?.username ?? ''),
    password: passwordOf(options.password) ?? decodeURIComponent(url?.password ?? ''),
    ssl: tlsOptions(options.ssl),
  };
}

/** TypeORM types these as anything; mysql2 checks them when it connects. */
function tlsOptions(ssl: unknown): ServerAddress['ssl'] {
  return typeof ssl === 'string' || (typeof ssl === 'object' && ssl !== null) ? ssl : undefined;
}

function passwordOf(password: unknown): string | undefined {
  return typeof password === 'string' ? password : undefined;
}
