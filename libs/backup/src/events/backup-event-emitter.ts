import { Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { messageOf } from '../errors/backup.error.js';
import type { BackupEventMap } from './backup-events.js';

/** Emits lifecycle events. A listener that throws is logged and harms nothing. */
@Injectable()
export class BackupEventEmitter {
  private readonly logger = new Logger('Backup');

  constructor(private readonly emitter: EventEmitter2) {}

  emit<Name extends keyof BackupEventMap>(name: Name, payload: BackupEventMap[Name]): void {
    const report = (error: unknown): void => {
      this.logger.error(`A listener of ${name} failed: ${messageOf(error)}`);
    };
    try {
      // a rejection that nobody handles would end the process
      this.emitter.emitAsync(name, payload).catch(report);
    } catch (error) {
      report(error);
    }
  }
}
