import { workerData } from 'node:worker_threads';
import { serveThread, type ThreadContext, type ThreadWork } from '../../engine/serve-thread.js';
import type { FailureMessage } from '../../engine/thread-messages.js';
import { BackupError, messageOf } from '../../errors/backup.error.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { openStorage } from '../../storage/open-storage.js';
import { errorNumber, translateError } from '../database.errors.js';
import { ServerConnection } from '../server-connection.js';
import { beginSnapshot, RELEASE_TABLES } from './begin-snapshot.js';
import { checkObject } from './check-object.js';
import { dumpIntervals } from './dump-interval.js';
import type {
  CheckTask,
  CompareTask,
  DumpResult,
  DumpTask,
  EngineResults,
  EngineSettings,
  EngineTask,
  LoadTask,
  ProveTask,
  RangeHash,
  SumObjectTask,
} from './engine-tasks.js';
import { findBounds } from './find-bounds.js';
import { hashRanges } from './hash-range.js';
import { loadObject } from './load-object.js';
import { runStatements } from './run-statements.js';
import { sumObject, sumTable } from './sum-rows.js';

type EngineResult = EngineResults[keyof EngineResults];

/** One database session, one task or some short ones at a time. */
class EngineWorker implements ThreadWork<EngineTask, EngineResult> {
  private readonly storage: BackupStorage;
  private connection: ServerConnection | null = null;

  constructor(private readonly settings: EngineSettings) {
    this.storage = openStorage(settings.storage, true);
  }

  aborted(): void {
    void this.connection?.kill();
  }

  async run(task: EngineTask, context: ThreadContext): Promise<EngineResult> {
    const { signal, progress, pace } = context;
    switch (task.kind) {
      case 'connect':
        await this.session();
        return undefined;
      case 'snapshot':
        return beginSnapshot(await this.session(), task);
      case 'bounds': {
        const session = await this.session();
        const result = await findBounds(session, task, signal);
        await session.query(RELEASE_TABLES);
        return result;
      }
      case 'dump':
        return (await this.dump([task], context))[0];
      case 'compare':
      case 'prove':
        return (await this.hash([task], context))[0];
      case 'load':
        return loadObject(await this.session(), this.storage, task, this.identityFor(task), signal, progress, pace);
      case 'statements':
        return runStatements(await this.session(), task, signal);
      case 'sum object':
        return sumObject(this.storage, task, this.identityFor(task), signal, pace);
      case 'sum table':
        return sumTable(await this.session(), task, signal, progress, pace);
      case 'check':
        return checkObject(this.storage, task, this.identityFor(task), signal, progress, pace);
    }
  }

  /** Rows of small tables are read together. */
  runTogether(tasks: readonly EngineTask[], context: ThreadContext): Promise<EngineResult[]> | null {
    const dumps = tasks.filter((task) => task.kind === 'dump');
    const ranges = tasks.filter((task) => task.kind === 'compare' || task.kind === 'prove');
    if (dumps.length === tasks.length) {
      return this.dump(dumps, context);
    }
    return ranges.length === tasks.length ? this.hash(ranges, context) : null;
  }

  private async dump(tasks: readonly DumpTask[], context: ThreadContext): Promise<DumpResult[]> {
    return dumpIntervals(await this.session(), this.storage, tasks, context);
  }

  private async hash(
    tasks: readonly (CompareTask | ProveTask)[],
    { signal, progress, pace }: ThreadContext,
  ): Promise<RangeHash[]> {
    return hashRanges(await this.session(), tasks, signal, progress, pace);
  }

  private identityFor({ object }: LoadTask | SumObjectTask | CheckTask): string | null {
    return this.settings.identities.get(object.set) ?? null;
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
