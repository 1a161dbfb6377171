import { z } from 'zod';
import type { AuditRecord } from '../../operations/audit-trail.js';
import { bigId, epochInstant, pageOf, pageQuery, time } from './common.schema.js';

export const auditQuery = z.strictObject({
  after: bigId.optional().meta({ description: '`next` of the page before' }),
  ...pageQuery,
});

const auditItem = z.object({
  id: z.int(),
  createdAt: time,
  action: z.string(),
  request: z.string(),
  user: z.string().nullable(),
  from: z.string(),
  status: z.int(),
  code: z.string().nullable(),
  backupid: z.string().nullable(),
});

export const auditPage = pageOf(auditItem);
export type AuditPage = z.infer<typeof auditPage>;

export function presentAudit(record: AuditRecord): AuditPage['items'][number] {
  return { ...record, createdAt: epochInstant(record.createdAt) };
}
