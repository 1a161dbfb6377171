import { z } from 'zod';
import type { EncryptionKey } from '../../operations/encryption-keys.js';
import { instant, instantOrNull, time } from './common.schema.js';

export const addKeyBody = z
  .strictObject({
    label: z.string().min(1).max(191),
    recipients: z.array(z.string().min(1).max(4096)).min(1).max(20),
  })
  .meta({
    example: { label: 'vault 2026', recipients: ['age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'] },
  });

export const keyBody = z.object({
  id: z.int(),
  label: z.string(),
  recipients: z.array(z.string()).meta({ description: 'age public keys' }),
  createdAt: time,
  retiredAt: time.nullable(),
  backups: z.int().meta({ description: 'Backups in storage that are encrypted to it' }),
});
export type KeyBody = z.infer<typeof keyBody>;

export const keysBody = z.object({ items: z.array(keyBody) });
export type KeysBody = z.infer<typeof keysBody>;

export function presentKey(key: EncryptionKey): KeyBody {
  return {
    ...key,
    recipients: [...key.recipients],
    createdAt: instant(key.createdAt),
    retiredAt: instantOrNull(key.retiredAt),
  };
}
