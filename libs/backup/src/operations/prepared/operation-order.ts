import { z } from 'zod';
import { BackupType } from '../../catalog/catalog.types.js';
import { invalidOrder, passphraseNotKept } from '../operation.errors.js';

const names = z.array(z.string().min(1)).readonly().optional();
const load = { threads: z.int().min(1).optional(), maxRate: z.number().optional(), nice: z.int().optional() };
const id = z.int().min(1);

const backupSettings = z.strictObject({
  databases: names,
  includeTables: names,
  excludeTables: names,
  noDataTables: names,
  where: z.record(z.string(), z.string()).readonly().optional(),
  compression: z.string().optional(),
  ...load,
  fullEvery: z.int().min(1).optional(),
  retentionDays: z.int().min(1).nullable().optional(),
  allowPartial: z.boolean().optional(),
  notes: z.string().optional(),
  encrypt: z.boolean().optional(),
  key: z.union([z.int(), z.string(), z.array(z.string()).readonly()]).optional(),
});

const restoreSettings = z.strictObject({
  databases: names,
  tables: names,
  mapCollations: names,
  skipIncompatible: z.boolean().optional(),
  roots: names,
  paths: names,
  to: z.string().optional(),
  exact: z.boolean().optional(),
  trustStorage: z.boolean().optional(),
  identityFile: z.string().optional(),
  inPlace: z.boolean().optional(),
  allowPartial: z.boolean().optional(),
  ...load,
  notes: z.string().optional(),
});

const verifySettings = z.strictObject({
  level: z.enum(['quick', 'full', 'drill']).optional(),
  sample: z.number().optional(),
  identityFile: z.string().optional(),
  maxRate: load.maxRate,
  nice: load.nice,
});

const cleanupSettings = z.strictObject({ maxDelete: z.int().min(0).optional() });

const operationOrder = z.discriminatedUnion('operation', [
  z.strictObject({
    operation: z.literal('backup'),
    type: z.enum(Object.values(BackupType)),
    settings: backupSettings.prefault({}),
  }),
  z.strictObject({ operation: z.literal('restore'), backupId: id, settings: restoreSettings.prefault({}) }),
  z.strictObject({ operation: z.literal('verify'), backupId: id, settings: verifySettings.prefault({}) }),
  z.strictObject({ operation: z.literal('cleanup'), settings: cleanupSettings.prefault({}) }),
]);

/**
 * What somebody asks for that is carried out later, perhaps by another process: plain data, kept in the operation's row. The
 * settings are those of `createBackup`, `restore`, `verifyBackup` (`level` among them) and `cleanupExpired` by the same
 * names, but for what cannot be kept: passphrases, signals and callbacks.
 */
export type OperationOrder = z.infer<typeof operationOrder>;

/** An order before its settings are filled in. */
export type NewOperationOrder = z.input<typeof operationOrder>;

/** Those of an order for a backup. */
export type BackupOrderSettings = z.input<typeof backupSettings>;

/** Settings of an order, by their names. */
export type OrderSettings = Readonly<Record<string, unknown>>;

/** @throws BackupError `invalid_option` */
export function parseOrder(order: unknown): OperationOrder {
  const parsed = operationOrder.safeParse(order);
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    throw key === 'passphrase'
      ? passphraseNotKept()
      : invalidOrder(`${[...issue.path, key].join('.')}: there is no such setting`);
  }
  throw invalidOrder(`${issue.path.join('.') || 'order'}: ${issue.message}`);
}

/** The order that an operation's row holds; null when it was not prepared. */
export function orderIn(plan: unknown): OperationOrder | null {
  const parsed = z.looseObject({ order: operationOrder }).safeParse(plan);
  return parsed.success ? parsed.data.order : null;
}

/** An order with other settings; what is undefined among them is as if it had never been set. @throws BackupError */
export function changedOrder(order: OperationOrder, changes: OrderSettings): OperationOrder {
  return parseOrder({ ...order, settings: { ...order.settings, ...changes } });
}
