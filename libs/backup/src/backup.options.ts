import { availableParallelism, tmpdir } from 'node:os';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { DEFAULT_COMPRESSION, parseCompression, type Compression } from './backup-set/compression.js';
import { LOG_LEVEL_NAMES, LOG_LEVELS, type LogLevel, type LogLevelName } from './catalog/catalog.types.js';
import { ROOT_NAME } from './backup-set/manifest.js';
import { DEFAULT_RANGE_BYTES } from './database/table-bounds.js';
import type { ServerAddress } from './database/server-connection.js';
import { secretSourceSchema, type SecretSource } from './encryption/secret-source.js';
import { BackupError } from './errors/backup.error.js';
import type { FileRoot } from './files/file-root.js';
import type { HttpOptions } from './http/http.options.js';
import { alertSchema, type AlertOptions, type AlertRules } from './health/alert-rules.js';
import {
  notificationSchema,
  type NotificationOptions,
  type ResolvedNotifications,
} from './notifications/notification-options.js';
import { queueSchema, type QueueOptions, type ResolvedQueue } from './queue/queue-options.js';
import { retentionSchema, type ResolvedRetention, type RetentionOptions } from './retention/retention-options.js';
import type { StorageConfiguration, StorageDriver } from './storage/backup-storage.js';
import { parseStorage } from './storage/open-storage.js';

/** Options of `BackupModule.forRoot`, and what an async factory gives. */
export interface BackupModuleOptions {
  /** Where backup sets are kept: `file:///absolute/folder`, which must exist, or a driver of your own. */
  readonly storage: string | StorageDriver;
  /** Databases of the same server to back up besides the data source's own. Default: none. */
  readonly databases?: readonly string[];
  /** Account to back up and restore with. Default: the data source's. */
  readonly connection?: ServerAddress;
  /** Engine threads, each with a database session. Default: the processors available, at most 8. */
  readonly threads?: number;
  /** `zstd:1` to `zstd:19`, `gzip:1` to `gzip:9`, or `none`. Default: `zstd:1`. */
  readonly compression?: string;
  /**
   * Plain bytes of a range of a table, which is stored as one object, and as a whole when a row of it has changed. Backups of type
   * `incremental`, the full ones that begin a chain included, divide tables below 128 times as much into about 128 ranges, of 4 MiB or more. Default: 64 MiB.
   */
  readonly rangeBytes?: number;
  /**
   * Backups of a chain, its full one included: after an incremental backup has made it so long, the next one is full.
   * Default: 7, so that every seventh is.
   */
  readonly fullEvery?: number;
  /**
   * A folder of this host that nobody else can read (mode 0700; it is made when it is missing). It keeps the manifests of
   * encrypted backups in plain text, which name tables and files and hold keys of rows: incremental backups need them where there is
   * no identity. Default: none, and such a backup is a full one.
   */
  readonly cache?: string;
  /**
   * The folder in which a drill makes one of its own (mode 0700), restores files into it, and removes it again. It needs the
   * space that they take, and for that long they are there in plain text. Default: the system's folder for temporary files.
   */
  readonly scratchPath?: string;
  /**
   * Folders of files to back up, by names of your choice: `{ uploads: { path: '/srv/uploads', exclude: ['**\/cache/**'] } }`.
   * Default: none.
   */
  readonly files?: Readonly<Record<string, FileRootOptions>>;
  /**
   * Folders and single files of configuration, in the same way: `{ env: { path: '/srv/app/.env' } }`. They hold secrets as a
   * rule, so a backup of them that is not encrypted says so. Names are unique among both. Default: none.
   */
  readonly configuration?: Readonly<Record<string, FileRootOptions>>;
  /** Which backups a cleanup deletes. Default: none. */
  readonly retention?: RetentionOptions;
  /** Hours for which a restore can be undone. Default: 24. */
  readonly undoHours?: number;
  /** Operations that this process carries out at once; 1 to 64. Others wait, in the order in which they came. Default: 2. */
  readonly concurrency?: number;
  /**
   * Seconds without a sign of life after which an operation is taken for dead, although its process still holds its locks:
   * others end it and clean up, and it writes nothing any more should it go on. Default: 60.
   */
  readonly leaseSeconds?: number;
  /**
   * Seconds for which an application that shuts down lets its operations go on, before it cancels them and removes what
   * they have written. Default: 10.
   */
  readonly shutdownGraceSeconds?: number;
  /**
   * The least severe lines that are kept of what operations log: `error`, `warning`, `info` or `debug`. Nest's logger, which
   * gets them all, has levels of its own. Default: `info`.
   */
  readonly logLevel?: LogLevelName;
  /** Days for which lines are kept; a cleanup removes older ones. The audit trail stays. Default: 90. */
  readonly logDays?: number;
  /**
   * Who carries out what routes and `startOperation` start: `{ driver: 'bullmq', connection: 'redis://...' }` has all processes
   * share the work that use the same Redis and catalog. Default: `{ driver: 'in-process' }`, the process that is asked.
   */
  readonly queue?: QueueOptions;
  /** Encryption with age. Default: backups are encrypted only where each says so. */
  readonly encryption?: EncryptionOptions;
  /** When backups are not as they should be. Default: each rule has its own. */
  readonly alerts?: AlertOptions;
  /** Mail and webhooks. Default: none. */
  readonly notifications?: NotificationOptions;
}

/** A folder whose files are backed up, or a single file. */
export interface FileRootOptions {
  /** Absolute. It has to be there when a backup is made; a symbolic link is followed here, and nowhere below. */
  readonly path: string;
  /**
   * What is left out: patterns relative to the folder, such as `**\/cache/**` or `*.tmp`; what is below a folder that
   * matches, too. Default: nothing.
   */
  readonly exclude?: readonly string[];
}

/** What backups are encrypted to, and what opens them. Backing up to a key needs nothing secret. */
export interface EncryptionOptions {
  /**
   * The key that every backup is encrypted to unless it says otherwise: id or label of one in the catalog, or age
   * recipients (`age1...`), for which a key is added when they are first used. Default: none.
   */
  readonly key?: number | string | readonly string[];
  /**
   * Where the identities come from that open encrypted backups: `{ file: '/etc/backup/identity.txt' }` as `age-keygen`
   * writes it, `{ env: 'BACKUP_IDENTITY' }`, or a function that gives the same text. Read when it is needed, and never
   * kept. Default: none, and encrypted backups can be made, listed, checked for completeness and deleted, not opened.
   */
  readonly identities?: SecretSource;
  /**
   * A passphrase, from a file, a variable or a function: opens backups that are encrypted with it, and where no `key` is
   * set, new backups are encrypted with it. Default: none.
   */
  readonly passphrase?: SecretSource;
}

/** What shapes the module graph and so cannot come from an async factory. */
export interface BackupModuleExtras {
  /** Makes the module's providers available everywhere. Default: false. */
  readonly isGlobal?: boolean;
  /**
   * Whether this application runs the schedules by itself, which needs `ScheduleModule.forRoot()` of @nestjs/schedule.
   * False: only `runScheduledBackups()` and `backup:schedule run-due` do. Default: true.
   */
  readonly schedules?: boolean;
  /** Name of the TypeORM data source that holds the catalog. Default: the unnamed one. */
  readonly dataSource?: string;
  /** REST routes: where they are, and who guards them. Default: none. */
  readonly http?: HttpOptions;
}

/** Implemented by the class given to `forRootAsync({ useClass })` or `useExisting`. */
export interface BackupOptionsFactory {
  createBackupOptions(): Promise<BackupModuleOptions> | BackupModuleOptions;
}

/** Options with every default filled in. */
export interface ResolvedBackupOptions {
  readonly storage: StorageConfiguration;
  readonly databases: readonly string[];
  readonly connection: ServerAddress | null;
  readonly threads: number;
  readonly compression: Compression;
  readonly rangeBytes: number;
  readonly files: readonly FileRoot[];
  readonly configuration: readonly FileRoot[];
  readonly fullEvery: number;
  readonly cache: string | null;
  readonly scratchPath: string;
  readonly retention: ResolvedRetention;
  readonly undoHours: number;
  readonly concurrency: number;
  readonly queue: ResolvedQueue;
  readonly leaseSeconds: number;
  readonly shutdownGraceSeconds: number;
  readonly logLevel: LogLevel;
  readonly logDays: number;
  readonly encryption: ResolvedEncryption;
  readonly alerts: AlertRules;
  readonly notifications: ResolvedNotifications;
}

export interface ResolvedEncryption {
  readonly key: number | string | readonly string[] | null;
  readonly identities: SecretSource | null;
  readonly passphrase: SecretSource | null;
}

const USUAL_THREADS = 8;
const MOST_THREADS = 64;

const encryption = z.strictObject({
  key: z.union([z.int().min(1), z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  identities: secretSourceSchema.optional(),
  passphrase: secretSourceSchema.optional(),
});

const fileRoots = z
  .record(
    z.string().regex(ROOT_NAME, 'must be a name of letters, digits, - and _, at most 64'),
    z.strictObject({
      path: z.string().refine(isAbsolute, 'must be an absolute path'),
      exclude: z.array(z.string().min(1)).default([]),
    }),
  )
  .default({})
  .transform((roots) => Object.entries(roots).map(([name, root]): FileRoot => ({ name, ...root })));

const schema = z.strictObject({
  storage: z.union(
    [z.string(), z.strictObject({ module: z.union([z.string(), z.instanceof(URL)]), options: z.unknown() })],
    'must be a string, file:///absolute/folder, or a driver, { module, options }',
  ),
  databases: z.array(z.string().min(1)).default([]),
  connection: z.custom<ServerAddress>(hasUser, 'must be an object with a user').optional(),
  threads: z.int().min(1).max(MOST_THREADS).optional(),
  compression: z.string().optional(),
  rangeBytes: z.int().min(1024).default(DEFAULT_RANGE_BYTES),
  files: fileRoots,
  configuration: fileRoots,
  fullEvery: z.int().min(1).default(7),
  cache: z.string().refine(isAbsolute, 'must be an absolute path').optional(),
  scratchPath: z.string().refine(isAbsolute, 'must be an absolute path').default(tmpdir),
  retention: retentionSchema.prefault({}),
  undoHours: z.number().min(0).default(24),
  concurrency: z.int().min(1).max(64).default(2),
  queue: queueSchema.default({ driver: 'in-process' }),
  leaseSeconds: z.number().min(3).default(60),
  shutdownGraceSeconds: z.number().min(0).default(10),
  logLevel: z.enum(LOG_LEVEL_NAMES).default('info'),
  logDays: z.int().min(1).max(36_500).default(90),
  encryption: encryption.default({}),
  alerts: alertSchema.prefault({}),
  notifications: notificationSchema.prefault({}),
});

/** Validates options and fills in defaults. @throws BackupError `invalid_option` */
export function resolveOptions(options: BackupModuleOptions): ResolvedBackupOptions {
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const problem =
      issue.code === 'unrecognized_keys'
        ? `${[...issue.path, issue.keys[0]].join('.')}: there is no such option`
        : `${issue.path.join('.') || 'options'}: ${issue.message}`;
    throw new BackupError('invalid_option', `BackupModule option ${problem}.`, { cause: parsed.error });
  }
  const { data } = parsed;
  assertNamesDiffer(data.files, data.configuration);
  return {
    ...data,
    storage: parseStorage(data.storage),
    connection: data.connection ?? null,
    logLevel: LOG_LEVELS[data.logLevel],
    threads: data.threads ?? Math.min(availableParallelism(), USUAL_THREADS),
    compression: data.compression === undefined ? DEFAULT_COMPRESSION : parseCompression(data.compression),
    cache: data.cache ?? null,
    encryption: {
      key: data.encryption.key ?? null,
      identities: data.encryption.identities ?? null,
      passphrase: data.encryption.passphrase ?? null,
    },
  };
}

/** Objects of both go to folders of their own, but a restore names a root by its name alone. */
function assertNamesDiffer(files: readonly FileRoot[], configuration: readonly FileRoot[]): void {
  const twice = files.find(({ name }) => configuration.some((other) => other.name === name));
  if (twice !== undefined) {
    throw new BackupError(
      'invalid_option',
      `BackupModule option configuration.${twice.name}: there is a root of that name in files; choose another.`,
    );
  }
}

function hasUser(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'user' in value && typeof value.user === 'string';
}

/** A number of engine threads for one operation. @throws BackupError `invalid_option` */
export function assertThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    throw new BackupError(
      'invalid_option',
      `${String(threads)} is not a number of threads: use 1 to ${String(MOST_THREADS)}.`,
    );
  }
}
