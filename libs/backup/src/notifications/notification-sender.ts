import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { BackupLogger } from '../backup-logger.js';
import { LogLevel } from '../catalog/catalog.types.js';
import { BackupLogRepository } from '../catalog/repositories/backup-log.repository.js';
import { secretText } from '../encryption/secret-source.js';
import { messageOf } from '../errors/backup.error.js';
import { isCommandLine } from '../is-command-line.js';
import { BackupEnvironment } from '../operations/backup-environment.js';
import { deliver, type Send } from './delivery.js';
import { mailContent } from './mail-content.js';
import { mailServer, sendMail } from './mail-transport.js';
import { unanswered, withoutSecrets } from './notification.errors.js';
import type { Notice } from './notice.js';
import { postWebhook } from './webhook-request.js';
import { signatureHeaders, webhookKey } from './webhook-signature.js';

/** Where warnings are logged that belong to no operation. */
export const NOTIFICATION_LOG = 'notifications';

/** How long a database is waited for that a warning is written to, when all is over, milliseconds. */
const LAST_WORDS = 1_000;

/** How long a command that is done waits for who has not answered at all, milliseconds. */
const COMMAND_PATIENCE = 2_000;

/** What a delivery needs: it is got ready once, and then tried. */
interface Delivery {
  /** What no message may repeat. */
  readonly secrets: readonly string[];
  readonly send: Send;
}

/** Sends mails and webhooks beside the work: nobody waits for them, and those that fail are a warning. */
@Injectable()
export class NotificationSender {
  private readonly logger = new BackupLogger();
  private readonly stopped = new AbortController();
  private readonly hurried = new AbortController();
  private readonly pending = new Set<Promise<unknown>>();
  private readonly warnOfSecret = (message: string): void => {
    this.logger.warn(message);
  };

  constructor(
    private readonly environment: BackupEnvironment,
    private readonly logs: BackupLogRepository,
    private readonly modules: ModulesContainer,
  ) {}

  /**
   * Sends a mail, where mail is set up.
   *
   * @param backupid the operation whose log tells of a failure; null where there is none
   * @returns whether it was sent, or need not be; never rejects
   */
  mail(notice: Notice, to: readonly string[], backupid: string | null): Promise<boolean> {
    const { mail, timeLimit } = this.environment.options.notifications;
    if (mail === null || to.length === 0) {
      return Promise.resolve(true);
    }
    const content = mailContent(notice);
    return this.start(`The mail ${JSON.stringify(content.subject)} was not sent`, backupid, async () => {
      const server = await mailServer(mail, this.warnOfSecret);
      return {
        secrets: server.secrets,
        send: (signal, onAnswer) => sendMail(server, mail.from, to, content, timeLimit, signal, onAnswer),
      };
    });
  }

  /** Posts an event, where a webhook is set up. Never rejects. */
  webhook(type: string, data: object, at: Date, backupid: string | null): Promise<boolean> {
    const { webhook } = this.environment.options.notifications;
    if (webhook === null) {
      return Promise.resolve(true);
    }
    const id = `msg_${randomBytes(16).toString('hex')}`;
    const body = JSON.stringify({ type, timestamp: at.toISOString(), data });
    return this.start(`The webhook of ${type} was not taken`, backupid, async () => {
      const text = await secretText(webhook.secret, 'webhook secret', this.warnOfSecret);
      const key = webhookKey(text);
      return {
        secrets: [text],
        send: (signal, onAnswer) =>
          postWebhook(webhook, body, signatureHeaders(key, id, new Date(), body), signal, onAnswer),
      };
    });
  }

  /**
   * Waits for what is being sent, no longer than one attempt may take; then gives up. A command, at whose end somebody sits, soon
   * gives up on who has not answered.
   */
  async drain(): Promise<void> {
    if (this.pending.size === 0) {
      return;
    }
    const over = new AbortController();
    const { timeLimit } = this.environment.options.notifications;
    const giveUp = async (): Promise<void> => {
      const patience = isCommandLine(this.modules) ? Math.min(COMMAND_PATIENCE, timeLimit) : 0;
      if (patience > 0) {
        await wait(patience, undefined, { signal: over.signal });
        this.hurried.abort(unanswered(patience));
      }
      await wait(timeLimit - patience, undefined, { signal: over.signal });
      this.stopped.abort(new Error('the application was shut down'));
      await wait(LAST_WORDS, undefined, { signal: over.signal });
    };
    try {
      await Promise.race([this.settled(), giveUp()]);
    } finally {
      over.abort();
    }
  }

  /** Waits for something that will be sent, as {@link drain} does. */
  track(work: Promise<unknown>): void {
    const done = work
      .catch((error: unknown) => {
        this.logger.warn(`A notification could not be made: ${messageOf(error)}`);
      })
      .finally(() => this.pending.delete(done));
    this.pending.add(done);
  }

  /** What is being sent may be the beginning of more. */
  private async settled(): Promise<void> {
    while (this.pending.size > 0) {
      await Promise.all(this.pending);
    }
  }

  private start(failure: string, backupid: string | null, prepare: () => Promise<Delivery>): Promise<boolean> {
    const sent = this.attempt(failure, backupid, prepare);
    this.track(sent);
    return sent;
  }

  private async attempt(failure: string, backupid: string | null, prepare: () => Promise<Delivery>): Promise<boolean> {
    let secrets: readonly string[] = [];
    try {
      const delivery = await prepare();
      secrets = delivery.secrets;
      const end = { stop: this.stopped.signal, hurry: this.hurried.signal };
      await deliver(delivery.send, this.environment.options.notifications, end);
      return true;
    } catch (error) {
      await this.warn(`${failure}: ${withoutSecrets(error, secrets)}.`, backupid);
      return false;
    }
  }

  private async warn(message: string, backupid: string | null): Promise<void> {
    this.logger.warn(message);
    try {
      await this.logs.append(backupid ?? NOTIFICATION_LOG, [{ level: LogLevel.WARNING, message }]);
    } catch (error) {
      this.logger.debug(`That could not be logged: ${messageOf(error)}`);
    }
  }
}
