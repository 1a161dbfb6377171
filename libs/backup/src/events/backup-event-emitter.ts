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
    try {
      this.emitter.emit(name, payload);
    } catch (error) {
      this.logger.error(`A listener of ${name} failed: ${messageOf(error)}`);
    }
  }
}
