import { z } from 'zod';

/** What the catalog keeps of an operation, so that whoever comes after a crash knows what to clean up. */
const backupPlan = z.looseObject({
  kind: z.literal('backup'),
  historyId: z.int(),
  set: z.string(),
  databases: z.array(z.string()),
  /** Names of file roots. */
  roots: z.array(z.string()).optional(),
  compression: z.string(),
  /** Absent in plans of earlier releases. */
  selection: z
    .object({
      include: z.array(z.string()).readonly(),
      exclude: z.array(z.string()).readonly(),
      noData: z.array(z.string()).readonly(),
      where: z.record(z.string(), z.string()),
    })
    .optional(),
});

/** A file root, and the folder it is restored into. */
const plannedFolder = z.object({ root: z.string(), folder: z.string() });

/** A database, and the scratch schemas of its restore. */
const plannedTarget = z.object({ database: z.string(), staging: z.string(), undo: z.string() });

const restorePlan = z.looseObject({
  kind: z.literal('restore'),
  historyId: z.int(),
  set: z.string(),
  restoreId: z.int(),
  inPlace: z.boolean(),
  allowPartial: z.boolean().optional(),
  undoHours: z.number(),
  files: z.array(plannedFolder).optional(),
  targets: z.array(plannedTarget),
});

const undoPlan = z.looseObject({
  kind: z.literal('undo'),
  restoreId: z.int(),
  /** The operation of the restore. */
  operation: z.string().optional(),
  files: z.array(plannedFolder).optional(),
  targets: z.array(plannedTarget),
});

const verifyPlan = z.looseObject({
  kind: z.literal('verify'),
  historyId: z.int(),
  set: z.string(),
  level: z.enum(['quick', 'full', 'drill']),
  /** The scratch schemas of a drill. */
  targets: z.array(plannedTarget).optional(),
});

const cleanupPlan = z.looseObject({ kind: z.literal('cleanup'), delete: z.array(z.int()) });

export const operationPlan = z.discriminatedUnion('kind', [backupPlan, restorePlan, undoPlan, verifyPlan, cleanupPlan]);

export type BackupPlan = z.infer<typeof backupPlan>;
export type RestorePlan = z.infer<typeof restorePlan>;
export type UndoPlan = z.infer<typeof undoPlan>;
export type VerifyPlan = z.infer<typeof verifyPlan>;
export type CleanupPlan = z.infer<typeof cleanupPlan>;
export type OperationPlan = z.infer<typeof operationPlan>;
