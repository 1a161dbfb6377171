import { BackupLogger } from '../backup-logger.js';
import type { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import { messageOf } from '../errors/backup.error.js';
import { endedByOthers } from './ended-by-others.js';
import type { OperationJournal } from './operation-journal.js';
import { OperationProgress, type OperationProgressReport, type ProgressMeasure } from './operation-progress.js';

/** How often progress, heartbeat and log lines are written, milliseconds. */
const INTERVAL = 1000;

/** Signs of life of an operation: how far it is and what it has logged, for as long as its row says that it goes on. */
export class OperationHeartbeat {
  private readonly logger = new BackupLogger();
  private interval: NodeJS.Timeout | null = null;
  private readonly shown = new OperationProgress();

  constructor(
    private readonly backupid: string,
    private readonly operations: BackupOperationRepository,
    private readonly journal: OperationJournal,
    /** Aborted when the operation is over for everybody else. */
    private readonly abort: AbortController,
  ) {}

  /** @throws BackupError `cancelled` or `interrupted` when the operation is over already */
  async start(): Promise<void> {
    if (!(await this.operations.heartbeat(this.backupid, this.shown.report))) {
      throw await endedByOthers(this.backupid, this.operations);
    }
    this.interval = setInterval(() => void this.beat(), INTERVAL);
  }

  /** Takes note of how far the work is. */
  progress(measure: ProgressMeasure): OperationProgressReport {
    return this.shown.update(measure);
  }

  /** Gives a sign of life now, and throws when the operation must not go on or that cannot be found out. */
  async checkpoint(): Promise<void> {
    await this.giveSign();
    this.abort.signal.throwIfAborted();
  }

  /** The last sign of an operation that is done. */
  async complete(): Promise<void> {
    this.stop();
    await this.journal.flush();
    await this.operations.heartbeat(this.backupid, { ...this.shown.report, fraction: 1 });
  }

  stop(): void {
    if (this.interval !== null) {
      clearInterval(this.interval);
    }
  }

  private async beat(): Promise<void> {
    try {
      await this.giveSign();
    } catch (error) {
      // the work may go on without the catalog for a while; what matters is recorded at the end
      this.logger.debug(`Heartbeat of ${this.backupid} failed: ${messageOf(error)}`);
    }
  }

  private async giveSign(): Promise<void> {
    await this.journal.flush();
    if (!(await this.operations.heartbeat(this.backupid, this.shown.report))) {
      this.abort.abort(await endedByOthers(this.backupid, this.operations));
    }
  }
}
