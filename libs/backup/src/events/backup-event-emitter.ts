import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { BackupLogger } from '../backup-logger.js';
import { messageOf } from '../errors/backup.error.js';
import type { BackupEventMap } from './backup-events.js';

/**
 * Emits lifecycle events. Nobody waits for a listener, and one that throws or rejects is logged: it harms neither the
 * operation nor the listeners after it.
 */
@Injectable()
export class BackupEventEmitter {
  private readonly logger = new BackupLogger();

  constructor(private readonly emitter: EventEmitter2) {}

  emit<Name extends keyof BackupEventMap>(name: Name, payload: BackupEventMap[Name]): void {
    const frozen = frozenCopy(payload);
    // the emitter itself calls no listener after one that throws
    for (const listener of [...this.emitter.listeners(name)]) {
      this.call(name, () => listener.call(this.emitter, frozen));
    }
    for (const listener of [...this.emitter.listenersAny()]) {
      this.call(name, () => listener.call(this.emitter, name, frozen));
    }
  }

  private call(name: string, listener: () => unknown): void {
    const report = (error: unknown): void => {
      this.logger.error(`A listener of ${name} failed: ${messageOf(error)}`);
    };
    try {
      // a rejection that nobody handles would end the process
      Promise.resolve(listener()).catch(report);
    } catch (error) {
      report(error);
    }
  }
}

/** Payloads hold plain values and lists of them. */
function frozenCopy<Payload extends object>(payload: Payload): Payload {
  return Object.freeze({ ...payload, ...frozenLists(payload) });
}

function frozenLists(payload: object): Readonly<Record<string, readonly unknown[]>> {
  const values: [string, unknown][] = Object.entries(payload);
  return Object.fromEntries(
    values.flatMap(([name, value]) => (Array.isArray(value) ? [[name, Object.freeze([...(value as unknown[])])]] : [])),
  );
}
