import { BackupError } from '../errors/backup.error.js';
import type { LoadOptions } from './load-options.js';
import type { OpenOptions } from './found-backups.js';
import type { OperationProgressReport } from './operation-progress.js';
import type { OperationCaller } from './operation-request.js';
import type { FileScope } from './restored-files.js';

/** Which parts of a backup, and under which names. */
export interface RestoreScope extends OpenOptions, FileScope {
  /** `shop`, or `shop=shop_copy` to restore under another name. Default: every database of the backup. */
  readonly databases?: readonly string[];
  /** `orders`, `shop.orders`, or patterns with `*` and `?`. Default: everything, with views, routines, triggers and events. */
  readonly tables?: readonly string[];
  /**
   * `OLD=NEW`: what has the collation OLD gets NEW, which must be of the same character set. For sets from another kind of
   * server, such as `utf8mb4_0900_ai_ci=utf8mb4_uca1400_ai_ci` from MySQL to MariaDB. Default: none.
   */
  readonly mapCollations?: readonly string[];
  /**
   * Leave out views, routines, triggers, events, sequences, keys over expressions and storage options that the server
   * cannot have, instead of refusing the restore. Default: false.
   */
  readonly skipIncompatible?: boolean;
}

/** What says how databases are restored, and nothing of files. */
const OF_DATABASES = ['mapCollations', 'skipIncompatible', 'inPlace', 'allowPartial'] as const;

/** Refuses what a restore of files alone would pass over in silence. @throws BackupError `invalid_option` */
export function assertFitsFiles(options: RestoreOptions): void {
  const given = OF_DATABASES.find((name) => options[name] !== undefined && options[name] !== false);
  if (given !== undefined) {
    throw new BackupError('invalid_option', `Only files are restored, and ${given} is about databases: leave it out.`);
  }
}

export interface RestoreOptions extends RestoreScope, LoadOptions, OperationCaller {
  /** Restore straight into the live database, after a safety backup of it, for accounts that may not create schemas. */
  readonly inPlace?: boolean;
  /**
   * Replace live tables also by those of which the backup holds no or only some rows, and make foreign keys to tables that
   * it leaves out and the server does not have. Default: false, such a restore is refused.
   */
  readonly allowPartial?: boolean;
  /** Engine threads. Default: the module's. */
  readonly threads?: number;
  readonly notes?: string;
  /** Cancels the restore up to the swap; live data is then untouched. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: OperationProgressReport) => void;
}
