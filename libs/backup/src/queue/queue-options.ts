import { z } from 'zod';
import { secretSourceSchema, type SecretSource } from '../encryption/secret-source.js';

/** Who carries operations out that are started by routes, schedules and {@link BackupService.startOperation}. */
export type QueueOptions = InProcessQueueOptions | BullmqQueueOptions;

/** The process that was asked. What waits in it ends with it. */
export interface InProcessQueueOptions {
  readonly driver: 'in-process';
}

/** Any process that works for the same queue in Redis, through bullmq and ioredis, which have to be installed. */
export interface BullmqQueueOptions {
  readonly driver: 'bullmq';
  /** `redis://user:password@redis.example.org:6379/0`, or `rediss://` for TLS; or where that text comes from. */
  readonly connection: string | SecretSource;
  /**
   * The queue, which only applications with the same catalog share: letters, digits, `.`, `_` and `-`. Default: `backups-`
   * and the name of the catalog's database.
   */
  readonly name?: string;
  /** Whether this process carries operations out itself; false: it only hands them over. Default: true. */
  readonly worker?: boolean;
}

export const queueSchema = z.discriminatedUnion('driver', [
  z.strictObject({ driver: z.literal('in-process') }),
  z.strictObject({
    driver: z.literal('bullmq'),
    connection: z.union([
      z.string().regex(/^rediss?:\/\/[^\s/]/, 'must be a URL such as redis://user:password@redis.example.org:6379/0'),
      secretSourceSchema,
    ]),
    name: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,100}$/, 'must be 1 to 100 letters, digits, dots, underscores and hyphens')
      .optional(),
    worker: z.boolean().default(true),
  }),
]);

export type ResolvedQueue = z.output<typeof queueSchema>;
