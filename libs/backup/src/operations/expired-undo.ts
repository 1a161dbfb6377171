import { Injectable } from '@nestjs/common';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import { BackupRestoreLogRepository } from '../catalog/repositories/backup-restore-log.repository.js';
import { discardScratch } from '../database/restore/swap-steps.js';
import { readUndoRecord } from '../database/restore/undo-record.js';
import { ServerConnection } from '../database/server-connection.js';
import { fromText } from '../files/byte-path.js';
import { discardUndo, undoState } from '../files/restore/take-back.js';
import { BackupEnvironment } from './backup-environment.js';
import { restorePlanOf } from './restore-plan-of.js';

/** Lets go of what restores keep for being taken back, when the time for that is over. */
@Injectable()
export class ExpiredUndoService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly operations: BackupOperationRepository,
    private readonly restores: BackupRestoreLogRepository,
  ) {}

  /** Drops the replaced tables of restores whose time for undoing is over. Gives the schemas dropped. */
  async dropSchemas(now: Date): Promise<string[]> {
    const dropped: string[] = [];
    const connection = await ServerConnection.open(this.environment.address);
    try {
      for (const schema of await undoSchemas(connection)) {
        const stored = await readUndoRecord(connection, schema);
        if (stored?.state === 'swapped' && (await this.isExpired(stored.record.operation, now))) {
          await discardScratch(connection, [stored.record]);
          dropped.push(schema);
        }
      }
    } finally {
      await connection.end();
    }
    return dropped;
  }

  /** Lets go of the replaced files of restores whose time for undoing is over. Gives the folders. */
  async dropFolders(now: Date): Promise<string[]> {
    const dropped: string[] = [];
    for (const restore of await this.restores.findCompletedWithFiles()) {
      const plan = await restorePlanOf(this.operations, restore);
      for (const { folder } of restore.backupid === null ? [] : (plan?.files ?? [])) {
        const base = fromText(folder);
        const operation = restore.backupid ?? '';
        if (undoState(base, operation) === 'complete' && (await this.isExpired(operation, now))) {
          await discardUndo(base, operation);
          dropped.push(folder);
        }
      }
    }
    return dropped;
  }

  /** An undo schema whose restore this catalog does not know belongs to another one, and is left alone. */
  private async isExpired(operation: string, now: Date): Promise<boolean> {
    const restore = await this.restores.findByBackupid(operation);
    const plan = restore === null ? null : await restorePlanOf(this.operations, restore);
    if (plan === null || !(restore?.completedAt instanceof Date)) {
      return false;
    }
    return restore.completedAt.getTime() + plan.undoHours * 3_600_000 <= now.getTime();
  }
}

async function undoSchemas(connection: ServerConnection): Promise<string[]> {
  const rows = await connection.query(
    "SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE '%\\\\_undo\\\\_%'",
  );
  return rows.map((row) => String(row.name));
}
