import { z } from 'zod';
import { RestoreStatus, RestoreType } from '../../catalog/catalog.types.js';
import type { BackupRestoreLog } from '../../catalog/entities/backup-restore-log.entity.js';
import type { RestorePreview, TablePreview } from '../../database/restore/preview.js';
import type { FilePreview } from '../../files/restore/restore-roots.js';
import {
  effort,
  instant,
  instantOrNull,
  names,
  pace,
  passphrase,
  paths,
  time,
  waiting,
  WAITS_FOR_ONE,
} from './common.schema.js';

const scope = {
  databases: names.optional().meta({ description: '`shop`, or `shop=shop_copy` to restore under another name' }),
  tables: names.optional().meta({ description: '`orders`, `shop.orders`, or patterns with `*` and `?`' }),
  mapCollations: names.optional(),
  skipIncompatible: z.boolean().optional(),
  roots: names.optional().meta({ description: 'Roots of files. Default: all, unless databases or tables are chosen' }),
  paths: paths.optional().meta({ description: 'Files within their roots, patterns included: `avatars/**`' }),
  exact: z
    .boolean()
    .optional()
    .meta({ description: 'Move aside files that are not in the backup; an undo brings them back' }),
};

export const previewBody = z
  .strictObject({ ...scope, passphrase: passphrase.optional() })
  .prefault({})
  .meta({ example: { databases: ['shop'] } });

/**
 * Neither in place, which cannot be undone, nor into a folder of the server, nor with a manifest that the catalog does not
 * know: the command line does.
 */
export const restoreSettings = {
  ...scope,
  allowPartial: z.boolean().optional(),
  ...effort,
  notes: z.string().max(2000).optional(),
};

export const restoreBody = z
  .strictObject({ ...restoreSettings, ...waiting, passphrase: passphrase.optional() })
  .refine(...WAITS_FOR_ONE)
  .prefault({})
  .meta({ example: { databases: ['shop=shop_copy'] } });

export const verifySettings = {
  level: z.enum(['quick', 'full', 'drill']).optional().meta({ description: 'Default: full' }),
  sample: z
    .number()
    .positive()
    .max(100)
    .optional()
    .meta({ description: 'Of a full one: read only so many per cent of the bytes, others each day' }),
  ...pace,
};

export const verifyBody = z
  .strictObject({ ...verifySettings, ...waiting, passphrase: passphrase.optional() })
  .refine(...WAITS_FOR_ONE)
  .prefault({})
  .meta({ example: { level: 'full' } });

const restoreEntry = z.object({
  id: z.int(),
  backupId: z.int(),
  restoreType: z.enum(Object.values(RestoreType)),
  status: z.enum(Object.values(RestoreStatus)),
  createdAt: time,
  startedAt: time.nullable(),
  completedAt: time.nullable(),
  tablesRestored: z.array(z.string()).nullable(),
  filesRestored: z.array(z.string()).nullable(),
  initiatedBy: z.int().nullable(),
  notes: z.string().nullable(),
  errorMessage: z.string().nullable(),
  backupid: z.string().nullable().meta({ description: 'The operation that did it' }),
  target: z.string().nullable(),
} satisfies Record<keyof BackupRestoreLog, z.ZodType>);

export const restoresBody = z.object({ items: z.array(restoreEntry) });
export type RestoresBody = z.infer<typeof restoresBody>;

const remedy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('map-collation'), collation: z.string(), suggestions: z.array(z.string()).readonly() }),
  z.object({ kind: z.literal('skip') }),
  z.object({ kind: z.literal('none') }),
]);
const incompatibility = z.object({
  database: z.string(),
  kind: z.string(),
  name: z.string(),
  reason: z.string(),
  remedy,
});

export const previewAnswer = z.object({
  set: z.string(),
  tables: z
    .array(
      z.object({
        database: z.string(),
        table: z.string(),
        rowsNow: z.int().nullable(),
        isEstimate: z.boolean(),
        rowsAfter: z.int().nullable(),
        part: z.string().nullable(),
        damage: z.string().nullable().meta({ description: 'Why the backup cannot bring it back' }),
        change: z.enum(['created', 'replaced', 'replaced, definition differs', 'left as it is']),
      } satisfies Record<keyof TablePreview, z.ZodType>),
    )
    .readonly(),
  objects: z.array(z.object({ database: z.string(), kind: z.string(), name: z.string() })).readonly(),
  files: z
    .array(
      z.object({
        root: z.string(),
        target: z.string(),
        added: z.int(),
        changed: z.int(),
        unchanged: z.int(),
        left: z.int(),
        bytes: z.int(),
        conflicts: z.array(z.string()).readonly(),
      } satisfies Record<keyof FilePreview, z.ZodType>),
    )
    .readonly(),
  bytes: z.int(),
  expectedSeconds: z.int(),
  compatibility: z.object({
    from: z.string(),
    to: z.string(),
    incompatible: z.array(incompatibility).readonly(),
    skipped: z.array(incompatibility).readonly(),
    provenBySum: z.array(z.object({ database: z.string(), table: z.string(), reason: z.string() })).readonly(),
  }),
  notices: z.array(z.string()).readonly().meta({ description: 'What cannot be kept or brought back' }),
} satisfies Record<keyof RestorePreview, z.ZodType>);

export type PreviewAnswer = z.infer<typeof previewAnswer>;

export function presentRestores(rows: readonly BackupRestoreLog[]): RestoresBody {
  return {
    items: rows.map(({ createdAt, startedAt, completedAt, tablesRestored, filesRestored, ...columns }) => ({
      ...columns,
      createdAt: instant(createdAt),
      startedAt: instantOrNull(startedAt),
      completedAt: instantOrNull(completedAt),
      tablesRestored: tablesRestored === null ? null : [...tablesRestored],
      filesRestored: filesRestored === null ? null : [...filesRestored],
    })),
  };
}
