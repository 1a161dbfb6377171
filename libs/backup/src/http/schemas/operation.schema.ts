import { z } from 'zod';
import { LogLevel, OperationExecution, OperationKind, OperationStatus } from '../../catalog/catalog.types.js';
import type { BackupLog } from '../../catalog/entities/backup-log.entity.js';
import type { OperationSummary } from '../../catalog/repositories/operation-records.js';
import type { OperationDetails } from '../../operations/operation-details.js';
import { backupSettings } from './backup.schema.js';
import { cleanupSettings } from './cleanup.schema.js';
import { bigId, epochInstant, pageOf, pageQuery, time, waiting } from './common.schema.js';
import { restoreSettings, verifySettings } from './restore.schema.js';

/** `executing` for EXECUTING. */
type Lower<T> = { readonly [Name in keyof T as Lowercase<Name & string>]: T[Name] };
function lower<T extends Readonly<Record<string, number>>>(named: T): Lower<T> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name.toLowerCase(), value])) as Lower<T>;
}

const STATUSES = lower(OperationStatus);
const LEVELS = lower(LogLevel);
type StatusName = keyof typeof STATUSES;
type LevelName = keyof typeof LEVELS;

const kind = z.enum(Object.values(OperationKind));
const statusName = z.enum(Object.keys(STATUSES) as StatusName[]);
const levelName = z.enum(Object.keys(LEVELS) as LevelName[]);

export const operationParams = z.strictObject({
  backupid: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'is not the id of an operation: 32 hexadecimal digits')
    .meta({ example: '9f86d081884c7d659a2feaa0c55ad015' }),
});

export const listOperationsQuery = z.strictObject({
  operation: kind.optional(),
  status: statusName.transform((name) => STATUSES[name]).optional(),
  before: bigId.optional().meta({ description: '`next` of the page before' }),
  ...pageQuery,
});

export const operationLogQuery = z.strictObject({
  after: bigId.optional().meta({ description: '`next` of the page before' }),
  level: levelName
    .transform((name) => LEVELS[name])
    .optional()
    .meta({ description: 'The least severe level to show. Default: debug' }),
  ...pageQuery,
});

/** Whichever belong to the operation; others are refused when they are looked at. */
export const changeOperationBody = z
  .strictObject({ ...backupSettings, ...restoreSettings, ...verifySettings, ...cleanupSettings })
  .meta({ example: { notes: 'As agreed with the auditors' } });

export const confirmOperationBody = z
  .strictObject({ executeAt: waiting.executeAt })
  .prefault({})
  .meta({ example: { executeAt: '2026-11-22T22:00:00Z' } });

export const operationItem = z.object({
  id: z.int(),
  backupid: z.string(),
  operation: kind,
  type: z.string(),
  itemid: z.int(),
  format: z.string(),
  interactive: z.boolean(),
  purpose: z.int(),
  userid: z.int().nullable(),
  status: statusName,
  delayed: z.boolean(),
  executiontime: time.nullable(),
  progress: z.number().min(0).max(1),
  bytes: z.int().meta({ description: 'Bytes handled so far, before compression' }),
  bytesPerSecond: z.int().meta({ description: 'In the last ten seconds; 0 when it does not execute' }),
  secondsLeft: z.int().nullable().meta({
    description: 'At the pace of the last ten seconds; null when it does not execute, or has only just begun',
  }),
  errorCode: z.string().nullable().meta({
    description:
      'Why it ended as an error: `cancelled`, `interrupted` when its process died, or another code; null: it did not',
  }),
  createdAt: time,
  updatedAt: time.meta({ description: 'The last change; while it is executing, its heartbeat' }),
});
export type OperationItem = z.infer<typeof operationItem>;

export const operationBody = operationItem.extend({
  backupId: z.int().nullable().meta({ description: 'The backup that it makes, verifies, restores or takes back' }),
  order: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: 'What it was prepared to do, with its settings; null when it was started at once' }),
  error: z.string().nullable().meta({ description: 'Why it failed; null unless it did' }),
});
export type OperationBody = z.infer<typeof operationBody>;

export const operationPage = pageOf(operationItem);
export type OperationPage = z.infer<typeof operationPage>;

const logLine = z.object({ id: z.int(), createdAt: time, level: levelName, message: z.string() });
export const logPage = pageOf(logLine);
export type LogPage = z.infer<typeof logPage>;

export function presentOperation(row: OperationSummary): OperationItem {
  const { execution, ...columns } = row;
  return {
    ...columns,
    status: nameOf(STATUSES, row.status),
    delayed: execution === OperationExecution.DELAYED,
    executiontime: row.executiontime === 0 ? null : epochInstant(row.executiontime),
    createdAt: epochInstant(row.createdAt),
    updatedAt: epochInstant(row.updatedAt),
  };
}

export function presentDetails({ backupId, order, error, ...operation }: OperationDetails): OperationBody {
  return { ...presentOperation(operation), backupId, order, error };
}

export function presentLog({ id: line, createdAt, loglevel, message }: BackupLog): LogPage['items'][number] {
  return { id: line, createdAt: epochInstant(createdAt), level: nameOf(LEVELS, loglevel), message };
}

function nameOf<Name extends string, Value>(named: Readonly<Record<Name, Value>>, value: Value): Name {
  const name = (Object.keys(named) as Name[]).find((candidate) => named[candidate] === value);
  if (name === undefined) {
    throw new TypeError(`The catalog holds the unknown value ${String(value)}`);
  }
  return name;
}
