/** The closed sets of values in the catalog: an object to name a value with, and the union type of those values. */

export const BackupType = {
  FULL: 'full',
  DATABASE: 'database',
  FILES: 'files',
  INCREMENTAL: 'incremental',
  CONFIGURATION: 'configuration',
  COURSE: 'course',
} as const;
export type BackupType = (typeof BackupType)[keyof typeof BackupType];

/** Types whose sets hold databases. */
export const TYPES_OF_DATABASES: ReadonlySet<BackupType> = new Set([
  BackupType.FULL,
  BackupType.DATABASE,
  BackupType.INCREMENTAL,
]);

/** Types whose sets hold files or configuration. */
export const TYPES_OF_FILES: ReadonlySet<BackupType> = new Set([
  BackupType.FULL,
  BackupType.FILES,
  BackupType.CONFIGURATION,
  BackupType.INCREMENTAL,
]);

/** `deleted` rows stay: the catalog remembers what was once in storage. */
export const BackupStatus = {
  PENDING: 'pending',
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  DELETED: 'deleted',
} as const;
export type BackupStatus = (typeof BackupStatus)[keyof typeof BackupStatus];

export const RestoreType = {
  FULL: 'full',
  DATABASE: 'database',
  FILES: 'files',
  CONFIGURATION: 'configuration',
  COURSE: 'course',
} as const;
export type RestoreType = (typeof RestoreType)[keyof typeof RestoreType];

export const RestoreStatus = {
  PENDING: 'pending',
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  UNDONE: 'undone',
} as const;
export type RestoreStatus = (typeof RestoreStatus)[keyof typeof RestoreStatus];

/** What becomes of a run that was missed while the application was down. */
export const MissedRun = { RUN_ONCE: 'run_once', SKIP: 'skip' } as const;
export type MissedRun = (typeof MissedRun)[keyof typeof MissedRun];

/** What a schedule does. */
export const ScheduledOperation = { BACKUP: 'backup', VERIFY: 'verify', CLEANUP: 'cleanup' } as const;
export type ScheduledOperation = (typeof ScheduledOperation)[keyof typeof ScheduledOperation];

export const OperationKind = {
  BACKUP: 'backup',
  RESTORE: 'restore',
  VERIFY: 'verify',
  CLEANUP: 'cleanup',
} as const;
export type OperationKind = (typeof OperationKind)[keyof typeof OperationKind];

/** What an operation is about; `itemid` says which one. */
export const OperationScope = {
  ACTIVITY: 'activity',
  SECTION: 'section',
  COURSE: 'course',
  SITE: 'site',
} as const;
export type OperationScope = (typeof OperationScope)[keyof typeof OperationScope];

export const OperationFormat = { NATIVE: 'native', MOODLE2: 'moodle2', IMSCC11: 'imscc11' } as const;
export type OperationFormat = (typeof OperationFormat)[keyof typeof OperationFormat];

/** The states of an operation, in the order they are passed through. */
export const OperationStatus = {
  CREATED: 100,
  PLANNED: 300,
  CONFIGURED: 400,
  SETTING_UI: 500,
  NEED_PRECHECK: 600,
  AWAITING: 700,
  EXECUTING: 800,
  FINISHED_ERR: 900,
  FINISHED_OK: 1000,
} as const;
export type OperationStatus = (typeof OperationStatus)[keyof typeof OperationStatus];

export const OperationPurpose = { GENERAL: 10, IMPORT: 20, HUB: 30, AUTOMATED: 50, ASYNC: 70 } as const;
export type OperationPurpose = (typeof OperationPurpose)[keyof typeof OperationPurpose];

/** Immediate operations run at once, delayed ones at their `executiontime`. */
export const OperationExecution = { IMMEDIATE: 1, DELAYED: 2 } as const;
export type OperationExecution = (typeof OperationExecution)[keyof typeof OperationExecution];

export const CourseStatus = {
  ERROR: '0',
  OK: '1',
  UNFINISHED: '2',
  SKIPPED: '3',
  WARNING: '4',
  NOT_YET_RUN: '5',
  QUEUED: '6',
} as const;
export type CourseStatus = (typeof CourseStatus)[keyof typeof CourseStatus];

/** The lower the number, the more severe. */
export const LogLevel = { ERROR: 20, WARNING: 30, INFO: 40, DEBUG: 50 } as const;
export type LogLevel = (typeof LogLevel)[keyof typeof LogLevel];

/** The levels by the names that people write. */
export const LOG_LEVELS = {
  error: LogLevel.ERROR,
  warning: LogLevel.WARNING,
  info: LogLevel.INFO,
  debug: LogLevel.DEBUG,
} as const;
export type LogLevelName = keyof typeof LOG_LEVELS;
export const LOG_LEVEL_NAMES = ['error', 'warning', 'info', 'debug'] as const satisfies readonly LogLevelName[];

/** Tables as `database.table`, the way the command line writes them. */
export type TableList = readonly string[];

/** Where a schedule copies its sets to, and with which settings. Secrets in it are encrypted before they get here. */
export type RemoteStorage = Readonly<Record<string, string | number | boolean | object | null>>;
