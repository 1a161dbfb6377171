import { BackupEvents, type BackupEventMap } from '@app/backup';
import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';

type EventName = keyof BackupEventMap;

/** An event as a listener of the application received it. */
export type ReceivedEvent = {
  [Name in EventName]: { readonly name: Name; readonly payload: BackupEventMap[Name] };
}[EventName];

/** A listener for every lifecycle event, as an application writes it. */
@Injectable()
export class EventRecorder {
  private readonly received: ReceivedEvent[] = [];
  private waiting: { readonly name: EventName; readonly resolve: () => void }[] = [];

  /** Names in the order in which they came, repeated ones once. */
  names(): EventName[] {
    return [...new Set(this.received.map(({ name }) => name))];
  }

  payloads<Name extends EventName>(name: Name): BackupEventMap[Name][] {
    return this.received.flatMap((event) => (event.name === name ? [event.payload as BackupEventMap[Name]] : []));
  }

  /** Forgets what came so far. */
  clear(): void {
    this.received.length = 0;
  }

  /** Resolves when the next event of this name comes. */
  next(name: EventName): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ name, resolve });
    });
  }

  @OnEvent(BackupEvents.started)
  started(payload: BackupEventMap['backup.started']): void {
    this.add({ name: 'backup.started', payload });
  }

  @OnEvent(BackupEvents.progress)
  progress(payload: BackupEventMap['backup.progress']): void {
    this.add({ name: 'backup.progress', payload });
  }

  @OnEvent(BackupEvents.completed)
  completed(payload: BackupEventMap['backup.completed']): void {
    this.add({ name: 'backup.completed', payload });
  }

  @OnEvent(BackupEvents.failed)
  failed(payload: BackupEventMap['backup.failed']): void {
    this.add({ name: 'backup.failed', payload });
  }

  @OnEvent(BackupEvents.verified)
  verified(payload: BackupEventMap['backup.verified']): void {
    this.add({ name: 'backup.verified', payload });
  }

  @OnEvent(BackupEvents.verificationFailed)
  verificationFailed(payload: BackupEventMap['backup.verification_failed']): void {
    this.add({ name: 'backup.verification_failed', payload });
  }

  @OnEvent(BackupEvents.deleted)
  deleted(payload: BackupEventMap['backup.deleted']): void {
    this.add({ name: 'backup.deleted', payload });
  }

  @OnEvent(BackupEvents.restoreStarted)
  restoreStarted(payload: BackupEventMap['restore.started']): void {
    this.add({ name: 'restore.started', payload });
  }

  @OnEvent(BackupEvents.restoreStaged)
  restoreStaged(payload: BackupEventMap['restore.staged']): void {
    this.add({ name: 'restore.staged', payload });
  }

  @OnEvent(BackupEvents.restoreCompleted)
  restoreCompleted(payload: BackupEventMap['restore.completed']): void {
    this.add({ name: 'restore.completed', payload });
  }

  @OnEvent(BackupEvents.restoreFailed)
  restoreFailed(payload: BackupEventMap['restore.failed']): void {
    this.add({ name: 'restore.failed', payload });
  }

  @OnEvent(BackupEvents.restoreUndone)
  restoreUndone(payload: BackupEventMap['restore.undone']): void {
    this.add({ name: 'restore.undone', payload });
  }

  @OnEvent(BackupEvents.cleanupCompleted)
  cleanupCompleted(payload: BackupEventMap['cleanup.completed']): void {
    this.add({ name: 'cleanup.completed', payload });
  }

  private add(event: ReceivedEvent): void {
    this.received.push(event);
    const found = this.waiting.filter(({ name }) => name === event.name);
    this.waiting = this.waiting.filter(({ name }) => name !== event.name);
    for (const { resolve } of found) resolve();
  }
}
