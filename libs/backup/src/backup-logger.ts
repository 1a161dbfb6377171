import { Logger } from '@nestjs/common';
import { printable, printableOutput } from './printable.js';

/**
 * The application's logger, for what the library says. Names and texts of others stand in its lines: they begin none of their own,
 * and do nothing to a terminal that shows them.
 */
export class BackupLogger {
  private readonly logger = new Logger('Backup');

  debug(message: string): void {
    this.logger.debug(printable(message));
  }

  log(message: string): void {
    this.logger.log(printable(message));
  }

  warn(message: string): void {
    this.logger.warn(printable(message));
  }

  error(message: string): void {
    this.logger.error(printable(message));
  }

  /** A fault of ours, with the lines that tell where. */
  fault(error: unknown): void {
    this.logger.error(printableOutput(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  }
}
