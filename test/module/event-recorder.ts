import { BackupEvents, type BackupEventMap } from '@app/backup';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';

type EventName = keyof BackupEventMap;

/** An event as a listener of the application received it. */
export type ReceivedEvent = {
  [Name in EventName]: { readonly name: Name; readonly payload: BackupEventMap[Name] };
}[EventName];

/** A listener for every lifecycle event. Steps of operations are left to those who ask for them. */
@Injectable()
export class EventRecorder implements OnModuleInit {
  private readonly received: ReceivedEvent[] = [];
  private waiting: { readonly name: EventName; readonly resolve: () => void }[] = [];

  constructor(private readonly emitter: EventEmitter2) {}

  onModuleInit(): void {
    for (const name of Object.values(BackupEvents)) {
      this.emitter.on(name, (payload: BackupEventMap[typeof name]) => {
        this.add({ name, payload } as ReceivedEvent);
      });
    }
  }

  /** Names in the order in which they came, repeated ones once; without `operation.changed`. */
  names(): EventName[] {
    return [...new Set(this.received.map(({ name }) => name))].filter((name) => name !== 'operation.changed');
  }

  payloads<Name extends EventName>(name: Name): BackupEventMap[Name][] {
    return this.received.flatMap((event) => (event.name === name ? [event.payload as BackupEventMap[Name]] : []));
  }

  /** Forgets what came so far. */
  clear(): void {
    this.received.length = 0;
  }

  /** Resolves when an event of this name has come, which may be so already. */
  seen(name: EventName): Promise<void> {
    return this.received.some((event) => event.name === name) ? Promise.resolve() : this.next(name);
  }

  /** Resolves when the next event of this name comes. */
  next(name: EventName): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ name, resolve });
    });
  }

  private add(event: ReceivedEvent): void {
    this.received.push(event);
    const found = this.waiting.filter(({ name }) => name === event.name);
    this.waiting = this.waiting.filter(({ name }) => name !== event.name);
    for (const { resolve } of found) resolve();
  }
}
