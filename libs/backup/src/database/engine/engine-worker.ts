import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { BackupError, messageOf } from '../../errors/backup.error.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { openStorage } from '../../storage/open-storage.js';
import { errorNumber, translateError } from '../database.errors.js';
import { ServerConnection } from '../server-connection.js';
import { beginSnapshot, releaseTables } from './begin-snapshot.js';
import { checkObject } from './check-object.js';
import { dumpInterval } from './dump-interval.js';
import type {
  EngineReply,
  EngineRequest,
  EngineResults,
  EngineSettings,
  EngineTask,
  FailureMessage,
} from './engine-tasks.js';
import { findBounds } from './find-bounds.js';
import { loadObject } from './load-object.js';
import { Pace } from './pace.js';
import { ProgressReporter } from './progress-reporter.js';
import { proveRange } from './prove-range.js';
import { runStatements } from './run-statements.js';
import { sumObject, sumTable } from './sum-rows.js';

/** The thread's side of the engine: one database session, one task at a time. */
class EngineWorker {
  private readonly storage: BackupStorage;
  private readonly pace: Pace;
  private readonly abort = new AbortController();
  private readonly progress = new ProgressReporter((progress) => {
    this.send({ reply: 'progress', progress });
  });
  private connection: ServerConnection | null = null;

  constructor(
    private readonly settings: EngineSettings,
    private readonly send: (reply: EngineReply) => void,
  ) {
    this.storage = openStorage(settings.storage);
    this.pace = new Pace(settings.load.rate);
    if (settings.load.nice > 0) {
      // on Linux the priority of process 0 is the calling thread's
      setPriority(0, settings.load.nice);
    }
  }

  receive(request: EngineRequest): void {
    switch (request.request) {
      case 'run':
        void this.answer(request.task);
        break;
      case 'abort':
        this.abort.abort(new BackupError('cancelled', 'The operation was cancelled.'));
        void this.connection?.kill();
        break;
      case 'close':
        void this.close();
    }
  }

  private async answer(task: EngineTask): Promise<void> {
    try {
      this.abort.signal.throwIfAborted();
      const result = await this.run(task);
      this.progress.flush();
      this.send({ reply: 'done', result });
    } catch (error) {
      const isAbort = this.abort.signal.aborted;
      this.send({
        reply: 'failed',
        failure: describeFailure(isAbort ? this.abort.signal.reason : error, this.settings),
      });
    }
  }

  private async run(task: EngineTask): Promise<EngineResults[keyof EngineResults]> {
    const { signal } = this.abort;
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
        const result = await dumpInterval(session, this.storage, task, signal, this.progress, this.pace);
        await releaseTables(session);
        return result;
      }
      case 'load':
        return loadObject(await this.session(), this.storage, task, identity, signal, this.progress, this.pace);
      case 'statements':
        return runStatements(await this.session(), task, signal);
      case 'prove':
        return proveRange(await this.session(), task, signal, this.progress, this.pace);
      case 'sum object':
        return sumObject(this.storage, task, identity, signal);
      case 'sum table':
        return sumTable(await this.session(), task, signal, this.progress);
      case 'check':
        return checkObject(this.storage, task, identity, signal, this.progress, this.pace);
    }
  }

  private async session(): Promise<ServerConnection> {
    this.connection ??= await ServerConnection.open(this.settings.address);
    return this.connection;
  }

  private async close(): Promise<void> {
    if (this.abort.signal.aborted) {
      this.connection?.destroy();
    } else {
      await this.connection?.end();
    }
    parentPort?.close();
  }
}

function describeFailure(error: unknown, settings: EngineSettings): FailureMessage {
  const translated =
    error instanceof BackupError ? error : isServerError(error) ? translateError(error, settings.address) : null;
  return {
    code: translated?.code ?? null,
    message: translated?.message ?? messageOf(error),
    name: error instanceof Error ? error.name : 'Error',
    errno: errorNumber(error),
  };
}

/** Errors of mysql2 and of the row stream carry a number or a code; programming errors do not. */
function isServerError(error: unknown): boolean {
  return error instanceof Error && ('errno' in error || 'code' in error || /connection/i.test(error.message));
}

const worker = new EngineWorker(workerData as EngineSettings, (reply) => parentPort?.postMessage(reply));
parentPort?.on('message', (request: EngineRequest) => {
  worker.receive(request);
});
