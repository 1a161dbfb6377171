import { z } from 'zod';
import { BackupType } from '../../catalog/catalog.types.js';
import type { BackupDecision, CleanupPreview } from '../../operations/cleanup-plan.js';
import { instant, time, waiting, WAITS_FOR_ONE, wholeNumber } from './common.schema.js';

const MOST_BACKUPS = 1_000_000;
const MAX_DELETE = 'The most backups to delete; when there are more, none is. Default: that of the application';
const decision = z.enum(['keep', 'delete']);

export const cleanupPlanQuery = z.strictObject({
  maxDelete: wholeNumber(MOST_BACKUPS, 'a number of backups').optional().meta({ description: MAX_DELETE }),
  decision: decision.optional().meta({ description: 'Only backups of which this is decided. Default: all' }),
});

export const cleanupSettings = {
  maxDelete: z.int().min(1).max(MOST_BACKUPS).optional().meta({ description: MAX_DELETE }),
};

export const cleanupBody = z
  .strictObject({ ...cleanupSettings, ...waiting })
  .refine(...WAITS_FOR_ONE)
  .prefault({})
  .meta({ example: { maxDelete: 10 } });

export const cleanupPlanAnswer = z.object({
  backups: z.array(
    z.object({
      id: z.int(),
      backupName: z.string(),
      backupType: z.enum(Object.values(BackupType)),
      partial: z.boolean().meta({ description: 'Whether tables or rows were left out of it' }),
      encryption: z.boolean().meta({ description: 'Whether it is encrypted' }),
      scheduleId: z.int().nullable(),
      createdAt: time,
      fileSize: z.int(),
      decision,
      reasons: z.array(z.string()),
    } satisfies Record<keyof BackupDecision, z.ZodType>),
  ),
  delete: z.array(z.int()).meta({ description: 'Ids, in the order in which they go' }),
  freedBytes: z.int(),
  maxDelete: z.int().meta({ description: 'When there are more to delete, none is' }),
  unfinishedSets: z.array(z.string()).meta({ description: 'Sets without manifest, which are swept' }),
  unknownSets: z.array(z.string()).meta({ description: 'Sets that the catalog does not know: they stay' }),
} satisfies Record<keyof CleanupPreview, z.ZodType>);
export type CleanupPlanAnswer = z.infer<typeof cleanupPlanAnswer>;

export function presentCleanupPlan(
  plan: CleanupPreview,
  wanted: z.output<typeof cleanupPlanQuery>['decision'],
): CleanupPlanAnswer {
  return {
    ...plan,
    backups: plan.backups
      .filter((backup) => wanted === undefined || backup.decision === wanted)
      .map((backup) => ({ ...backup, createdAt: instant(backup.createdAt), reasons: [...backup.reasons] })),
    delete: [...plan.delete],
    unfinishedSets: [...plan.unfinishedSets],
    unknownSets: [...plan.unknownSets],
  };
}
