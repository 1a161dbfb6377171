import { z } from 'zod';
import { SET_NAME } from '../../backup-set/set-name.js';
import { BackupStatus, BackupType } from '../../catalog/catalog.types.js';
import type { BackupHistory } from '../../catalog/entities/backup-history.entity.js';
import { LONGEST_RETENTION } from '../../operations/create-options.js';
import type { ImportResult } from '../../operations/import-sets.js';
import type { BackupStats } from '../../catalog/repositories/backup-history.repository.js';
import {
  effort,
  flagQuery,
  id,
  instant,
  instantOrNull,
  instantQuery,
  keyReference,
  names,
  pageOf,
  pageQuery,
  passphrase,
  time,
  waiting,
  WAITS_FOR_ONE,
} from './common.schema.js';

const type = z.enum(Object.values(BackupType));
const status = z.enum(Object.values(BackupStatus));
const bytes = z.int().nonnegative();

export const listBackupsQuery = z.strictObject({
  type: type.optional(),
  status: status.optional(),
  scheduleId: id.optional(),
  verified: flagQuery.optional(),
  since: instantQuery.optional().meta({ description: 'Made at this time or later' }),
  until: instantQuery.optional().meta({ description: 'Made before this time' }),
  before: id.optional().meta({ description: '`next` of the page before' }),
  ...pageQuery,
});

/** Conditions on rows are not taken from the network: they are SQL. */
export const backupSettings = {
  databases: names.optional(),
  includeTables: names.optional(),
  excludeTables: names.optional(),
  noDataTables: names.optional(),
  compression: z.string().max(20).optional(),
  ...effort,
  fullEvery: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: 'Of an incremental backup: the length of its chain after which it is full' }),
  retentionDays: z.int().min(1).max(LONGEST_RETENTION).nullable().optional(),
  allowPartial: z.boolean().optional(),
  notes: z.string().max(2000).optional(),
  encrypt: z.boolean().optional(),
  key: keyReference.optional(),
};

export const createBackupBody = z
  .strictObject({
    type: type.default('database'),
    ...backupSettings,
    ...waiting,
    passphrase: passphrase.optional(),
  })
  .refine(...WAITS_FOR_ONE)
  .prefault({})
  .meta({ example: { type: 'database', notes: 'Before the upgrade' } });

export const importSetsBody = z
  .strictObject({
    names: z
      .array(z.string().regex(SET_NAME, 'is not the name of a backup set'))
      .max(1000)
      .optional()
      .meta({ description: 'Sets to take up. Default: all that the catalog does not know' }),
    passphrase: passphrase.optional(),
  })
  .prefault({})
  .meta({ example: { names: ['20261121T221005Z-full-3f9c2a'] } });

export const importSetsAnswer = z.object({
  imported: z.array(z.int()).readonly().meta({ description: 'Ids of the backups' }),
  known: z.array(z.int()).readonly().meta({ description: 'Ids of those that the catalog had already' }),
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })).readonly(),
} satisfies Record<keyof ImportResult, z.ZodType>);

export const pinBody = z
  .strictObject({ reason: z.string().max(255).optional() })
  .prefault({})
  .meta({ example: { reason: 'The state before the upgrade' } });

export const backupBody = z.object({
  id: z.int(),
  backupType: type,
  backupName: z.string(),
  status,
  fileSize: bytes.meta({ description: 'Bytes that the set added to storage' }),
  logicalSize: bytes.nullable(),
  checksum: z.string().nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  completedAt: time.nullable(),
  durationSeconds: z.int().nullable(),
  partial: z.array(z.string()).nullable(),
  tablesIncluded: z.array(z.string()).nullable(),
  filesIncluded: z.array(z.string()).nullable(),
  compression: z.string().nullable(),
  encryption: z.boolean(),
  encryptionKeyId: z.int().nullable(),
  verified: z.boolean(),
  verifiedAt: time.nullable(),
  drilledAt: time.nullable().meta({ description: 'When it was last restored for trial' }),
  drillSeconds: z.number().nullable(),
  retentionDays: z.int().nullable(),
  expiresAt: z.iso.date().nullable(),
  initiatedBy: z.int().nullable(),
  notes: z.string().nullable(),
  errorMessage: z.string().nullable(),
  parentId: z.int().nullable(),
  scheduleId: z.int().nullable(),
  backupid: z.string().nullable().meta({ description: 'The operation that made it' }),
  storage: z.string().nullable(),
  pinned: z.boolean(),
  pinnedReason: z.string().nullable(),
  lockMilliseconds: z.number().nullable().meta({ description: 'How long commits were held back' }),
} satisfies Record<Exclude<keyof BackupHistory, 'filePath'>, z.ZodType>);
export type BackupBody = z.infer<typeof backupBody>;

/** In lists, where the tables of hundreds of backups would be megabytes. */
const backupItem = backupBody.omit({ tablesIncluded: true, filesIncluded: true });
export type BackupItem = z.infer<typeof backupItem>;

export const backupPage = pageOf(backupItem);
export type BackupPage = z.infer<typeof backupPage>;

export const statsBody = z.object({
  totals: z.array(z.object({ type, status, count: z.int(), bytes })),
  newestCompleted: backupItem.nullable(),
  storageUsed: bytes,
});
export type StatsBody = z.infer<typeof statsBody>;

export function presentItem(row: BackupHistory): BackupItem {
  const { tablesIncluded: _tables, filesIncluded: _files, filePath: _path, ...columns } = row;
  return {
    ...columns,
    createdAt: instant(row.createdAt),
    startedAt: instantOrNull(row.startedAt),
    completedAt: instantOrNull(row.completedAt),
    verifiedAt: instantOrNull(row.verifiedAt),
    drilledAt: instantOrNull(row.drilledAt),
    partial: row.partial === null ? null : [...row.partial],
  };
}

export function presentBackup(row: BackupHistory): BackupBody {
  return {
    ...presentItem(row),
    tablesIncluded: row.tablesIncluded === null ? null : [...row.tablesIncluded],
    filesIncluded: row.filesIncluded === null ? null : [...row.filesIncluded],
  };
}

export function presentStats({ totals, newestCompleted }: BackupStats, storageUsed: number): StatsBody {
  return {
    totals: [...totals],
    newestCompleted: newestCompleted === null ? null : presentItem(newestCompleted),
    storageUsed,
  };
}
