import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { LogLevel } from '../catalog/catalog.types.js';
import { BackupLogRepository, type LogFilters } from '../catalog/repositories/backup-log.repository.js';

const auditEntry = z.object({
  /** What was asked for: `restore`. */
  action: z.string(),
  /** Of what: method and path, without the query. */
  request: z.string(),
  /** The host's user; null when nobody is known. */
  user: z.string().nullable(),
  /** Address that it came from. */
  from: z.string(),
  /** Status of the answer. */
  status: z.int(),
  /** Code of the error, or null. */
  code: z.string().nullable(),
  /** The operation that it started, or null. */
  backupid: z.string().nullable(),
});

/** Who asked for what from where, and what came of it. */
export type AuditEntry = Readonly<z.infer<typeof auditEntry>>;

export interface AuditRecord extends AuditEntry {
  readonly id: number;
  /** Epoch seconds. */
  readonly createdAt: number;
}

/** What the lines of the trail have in backup_logs in place of an operation's id. */
export const AUDIT_LOG = 'audit';

/** The trail of what was asked for from outside: lines of JSON in backup_logs, kept apart from those of operations. */
@Injectable()
export class AuditTrail {
  constructor(private readonly logs: BackupLogRepository) {}

  async record(entry: AuditEntry): Promise<void> {
    const level = entry.code === null ? LogLevel.INFO : LogLevel.WARNING;
    await this.logs.append(AUDIT_LOG, [{ level, message: JSON.stringify(entry) }]);
  }

  /** In the order they were recorded. */
  async list(filters: LogFilters): Promise<AuditRecord[]> {
    const lines = await this.logs.list(AUDIT_LOG, filters);
    return lines.map(({ id, createdAt, message }) => ({ ...auditEntry.parse(JSON.parse(message)), id, createdAt }));
  }
}
