import { BackupLogger } from '../backup-logger.js';
import { LogLevel } from '../catalog/catalog.types.js';
import type { BackupLogRepository, LogEntry } from '../catalog/repositories/backup-log.repository.js';

/** An operation's log: to Nest's logger at once, to backup_logs in batches. */
export class OperationJournal {
  private readonly logger = new BackupLogger();
  private waiting: LogEntry[] = [];

  constructor(
    private readonly backupid: string,
    private readonly logs: BackupLogRepository,
    /** The least severe lines to keep. */
    private readonly level: LogLevel,
  ) {}

  debug(message: string): void {
    this.logger.debug(message);
    this.add(LogLevel.DEBUG, message);
  }

  info(message: string): void {
    this.logger.log(message);
    this.add(LogLevel.INFO, message);
  }

  warn(message: string): void {
    this.logger.warn(message);
    this.add(LogLevel.WARNING, message);
  }

  /** Why the operation failed. Only kept: whoever started it is given the error, and reports it. */
  failure(message: string): void {
    this.add(LogLevel.ERROR, message);
  }

  /** Writes what has gathered. */
  async flush(): Promise<void> {
    const entries = this.waiting;
    this.waiting = [];
    await this.logs.append(this.backupid, entries);
  }

  private add(level: LogLevel, message: string): void {
    if (level <= this.level) {
      this.waiting.push({ level, message, time: new Date() });
    }
  }
}
