import { BackupType } from '../catalog/catalog.types.js';
import type { TableSelection } from '../database/selection/table-selection.js';
import { BackupError } from '../errors/backup.error.js';
import { OptionError } from '../errors/option.error.js';
import type { LoadOptions } from './load-options.js';
import type { OperationProgressReport } from './operation-progress.js';
import type { OperationCaller } from './operation-request.js';
import type { EncryptionChoice } from './set-locks.js';

/** Settings of one backup. */
export interface CreateBackupOptions extends EncryptionChoice, LoadOptions, OperationCaller {
  /**
   * Databases to back up, where the type has any; an empty list leaves them out of a full or incremental backup, which is of files and
   * configuration then. Default: the data source's and those of the module's options.
   */
  readonly databases?: readonly string[];
  /**
   * Only these tables, sequences and views, with the tables' triggers, but no routines or events: `orders`, `shop.orders`,
   * or patterns with `*` and `?`, such as `log_*`; upper and lower case count where they do on the server. A pattern that
   * matches nothing is an error, here and below. Default: everything.
   */
  readonly includeTables?: readonly string[];
  /** Not these, even where they are included. Default: none. */
  readonly excludeTables?: readonly string[];
  /** Tables whose definition is backed up without their rows. Default: none. */
  readonly noDataTables?: readonly string[];
  /**
   * By table or pattern: what may stand after WHERE; only such rows are backed up. Sessions are in UTC, and a condition may
   * look at the row alone. Default: all rows.
   */
  readonly where?: Readonly<Record<string, string>>;
  /** `zstd:1`, `gzip:6`, `none`. Default: the module's. */
  readonly compression?: string;
  /** Engine threads. Default: the module's. */
  readonly threads?: number;
  /** Of an incremental backup: the length of its chain after which it is full. Default: the module's. */
  readonly fullEvery?: number;
  /** Days to keep it, 1 to 100,000; null for no limit. Default: the `retention.days` of the module. */
  readonly retentionDays?: number | null;
  /** Note what cannot be read in the manifest and go on, instead of failing. Default: false. */
  readonly allowPartial?: boolean;
  readonly notes?: string;
  /** Cancels the backup; nothing of it stays. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: OperationProgressReport & { readonly rows: number }) => void;
}

/** What chooses tables or rows. */
const OF_TABLES = ['includeTables', 'excludeTables', 'noDataTables', 'where'] as const;
/** What chooses something of databases. */
const OF_DATABASES = ['databases', ...OF_TABLES] as const;

/** Refuses what a backup of this type would pass over in silence. @throws BackupError `invalid_option` */
export function assertOptionsFit(type: BackupType, options: CreateBackupOptions): void {
  const isOfFiles = type === BackupType.FILES || type === BackupType.CONFIGURATION;
  if (isOfFiles && OF_DATABASES.some((name) => options[name] !== undefined)) {
    throw new BackupError(
      'invalid_option',
      `A backup of type ${type} holds no databases: choose none, and no tables or rows, or make one of type database or full.`,
    );
  }
  if (options.databases?.length === 0 && OF_TABLES.some((name) => options[name] !== undefined)) {
    throw new BackupError(
      'invalid_option',
      'Tables or rows are chosen, and all databases are left out: name a database, or choose no tables and rows.',
    );
  }
  if (options.fullEvery !== undefined && type !== BackupType.INCREMENTAL) {
    throw new OptionError(
      'invalid_option',
      'fullEvery',
      (name) => `The length of a chain (${name}) is for incremental backups: leave it out of one of type ${type}.`,
    );
  }
}

/** @throws BackupError `invalid_option` */
export function assertFullEvery(count = 1): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new BackupError('invalid_option', `${String(count)} is no length of a chain: use 1 or more backups.`);
  }
}

/** Days: the date after many more is none. */
export const LONGEST_RETENTION = 100_000;

/** @throws BackupError `invalid_option` */
export function assertRetentionDays(days: number | null = null): void {
  if (days !== null && (!Number.isInteger(days) || days < 1 || days > LONGEST_RETENTION)) {
    throw new BackupError(
      'invalid_option',
      `${String(days)} is no number of days to keep a backup for: use 1 to ${String(LONGEST_RETENTION)}.`,
    );
  }
}

/** Which tables and rows the options choose. */
export function tableSelection(options: CreateBackupOptions): TableSelection {
  const { includeTables = [], excludeTables = [], noDataTables = [], where = {} } = options;
  return { include: includeTables, exclude: excludeTables, noData: noDataTables, where };
}
