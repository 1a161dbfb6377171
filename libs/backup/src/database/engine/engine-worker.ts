import { workerData } from 'node:worker_threads';
import { serveThread, type ThreadContext, type ThreadWork } from '../../engine/serve-thread.js';
import type { FailureMessage } from '../../engine/thread-messages.js';
import { BackupError, messageOf } from '../../errors/backup.error.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { openStorage } from '../../storage/open-storage.js';
import { errorNumber, translateError } from '../database.errors.js';
import { ServerConnection } from '../server-connection.js';
import { beginSnapshot, releaseTables } from './begin-snapshot.js';
import { checkObject } from './check-object.js';
import { dumpInterval } from './dump-interval.js';
import type { EngineResults, EngineSettings, EngineTask } from './engine-tasks.js';
import { findBounds } from './find-bounds.js';
import { loadObject } from './load-object.js';
import { proveRange } from './prove-range.js';
import { runStatements } from './run-statements.js';
import { sumObject, sumTable } from './sum-rows.js';

/** One database session, one task at a time. */
class EngineWorker implements ThreadWork<EngineTask, EngineResults[keyof EngineResults]> {
  private readonly storage: BackupStorage;
  private connection: ServerConnection | null = null;

  constructor(private readonly settings: EngineSettings) {
    this.storage = openStorage(settings.storage);
  }

  aborted(): void {
    void this.connection?.kill();
  }

  async run(task: EngineTask, { signal, progress, pace }: ThreadContext): Promise<EngineResults[keyof EngineResults]> {
    const { identity } = this.settings;
    switch (task.kind) {
      case 'connect':
        await this.session();
        return undefined;
      case 'snapshot':
        return beginSnapshot(await this.session(), task);
      case 'bounds': {
        const session = await this.session();
        const result = await findBounds(session, task, signal);
        await releaseTables(session);
        return result;
      }
      case 'dump': {
        const session = await this.session();
        const result = await dumpInterval(session, this.storage, task, signal, progress, pace);
        await releaseTables(session);
        return result;
      }
      case 'load':
        return loadObject(await this.session(), this.storage, task, identity, signal, progress, pace);
      case 'statements':
        return runStatements(await this.session(), task, signal);
      case 'prove':
        return proveRange(await this.session(), task, signal, progress, pace);
      case 'sum object':
        return sumObject(this.storage, task, identity, signal);
      case 'sum table':
        return sumTable(await this.session(), task, signal, progress);
      case 'check':
        return checkObject(this.storage, task, identity, signal, progress, pace);
    }
  }

  private async session(): Promise<ServerConnection> {
    this.connection ??= await ServerConnection.open(this.settings.address);
    return this.connection;
  }

  async close(isAborted: boolean): Promise<void> {
    if (isAborted) {
      this.connection?.destroy();
    } else {
      await this.connection?.end();
    }
  }

  describe(error: unknown): FailureMessage {
    const { address } = this.settings;
    const translated =
      error instanceof BackupError ? error : isServerError(error) ? translateError(error, address) : null;
    return {
      code: translated?.code ?? null,
      message: translated?.message ?? messageOf(error),
      name: error instanceof Error ? error.name : 'Error',
      errno: errorNumber(error),
    };
  }
}

/** Errors of mysql2 and of the row stream carry a number or a code; programming errors do not. */
function isServerError(error: unknown): boolean {
  return error instanceof Error && ('errno' in error || 'code' in error || /connection/i.test(error.message));
}

const settings = workerData as EngineSettings;
serveThread(settings.load, new EngineWorker(settings));
