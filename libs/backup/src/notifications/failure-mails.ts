import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { BackupNotificationRepository } from '../catalog/repositories/backup-notification.repository.js';
import { BackupEnvironment } from '../operations/backup-environment.js';
import { failureNotice } from './notice.js';
import { NotificationSender } from './notification-sender.js';

const mailedFailure = z.strictObject({
  /** What failed: `Backup 12 (database)`. */
  what: z.string(),
  code: z.string(),
  message: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
  to: z.array(z.string()),
  backupid: z.string().nullable(),
});

const failuresOfKind = z.strictObject({
  /** Milliseconds since 1970. */
  mailedAt: z.number(),
  /** How many were not mailed since. */
  held: z.number(),
  /** The last of those. */
  last: mailedFailure.nullable(),
});

/** A failure, and who is told of it. */
export type MailedFailure = z.infer<typeof mailedFailure>;

type FailuresOfKind = z.infer<typeof failuresOfKind>;

/** As `mailedAt`: so long ago that the next mail waits for nothing. */
const NEVER = 0;
const PREFIX = 'failures of ';

/** Mails of failures, so many of a kind as people read: what fails each minute is told once in a while. */
@Injectable()
export class FailureMails {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly states: BackupNotificationRepository,
    private readonly sender: NotificationSender,
  ) {}

  /**
   * Mails of it, unless one of its kind was mailed not long ago: then it is counted, and told of when that time is over.
   *
   * @returns whether it was mailed
   */
  async tell(application: string, kind: string, failure: MailedFailure): Promise<boolean> {
    for (;;) {
      const known = await this.states.stateOf(PREFIX + kind);
      const before = known === null ? null : parse(known);
      const isMailed = before === null || this.isOver(before, failure.at);
      const next = isMailed ? nothingHeld(failure.at) : { ...before, held: before.held + 1, last: failure };
      // of several processes that have one at a time, each counts its own
      if (await this.states.replace(PREFIX + kind, known, JSON.stringify(next))) {
        if (isMailed) {
          await this.mail(application, kind, failure, before?.held ?? 0);
        }
        return isMailed;
      }
    }
  }

  /** Mails of what was held back for long enough. */
  async tellHeld(application: string, now: Date): Promise<void> {
    const states = await this.states.beginningWith(PREFIX);
    // one that cannot be sent keeps no other back
    await Promise.all(
      states.map(async ({ name, state }) => {
        const held = parse(state);
        if (
          held?.last &&
          this.isOver(held, now.getTime()) &&
          (await this.states.replace(name, state, JSON.stringify(nothingHeld(now.getTime()))))
        ) {
          await this.mail(application, name.slice(PREFIX.length), held.last, held.held - 1);
        }
      }),
    );
  }

  private isOver({ mailedAt }: FailuresOfKind, now: number): boolean {
    const repeatAfter = this.environment.options.notifications.mail?.repeatAfter ?? 0;
    // a clock that went back must not keep anybody from being told
    return now - mailedAt >= repeatAfter || now < mailedAt;
  }

  private async mail(application: string, kind: string, failure: MailedFailure, more: number): Promise<void> {
    const notice = failureNotice(application, failure.what, failure, new Date(failure.at), more);
    if (!(await this.sender.mail(notice, failure.to, failure.backupid))) {
      await this.keep(PREFIX + kind, failure, more + 1);
    }
  }

  /** Has whoever looks next, in this process or another, mail of what could not be mailed. @param count how many those are */
  private async keep(name: string, failure: MailedFailure, count: number): Promise<void> {
    for (;;) {
      const known = await this.states.stateOf(name);
      const since = known === null ? null : parse(known);
      const next = { mailedAt: NEVER, held: (since?.held ?? 0) + count, last: since?.last ?? failure };
      if (await this.states.replace(name, known, JSON.stringify(next))) {
        return;
      }
    }
  }
}

function nothingHeld(mailedAt: number): FailuresOfKind {
  return { mailedAt, held: 0, last: null };
}

/** Null for what somebody else has written there: it is replaced. */
function parse(state: string): FailuresOfKind | null {
  try {
    return failuresOfKind.safeParse(JSON.parse(state)).data ?? null;
  } catch {
    return null;
  }
}
