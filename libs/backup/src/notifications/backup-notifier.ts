import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { BackupLogger } from '../backup-logger.js';
import { CatalogConnection } from '../catalog/catalog-connection.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupNotificationRepository } from '../catalog/repositories/backup-notification.repository.js';
import { BackupScheduleRepository } from '../catalog/repositories/backup-schedule.repository.js';
import { messageOf } from '../errors/backup.error.js';
import { BackupEventEmitter } from '../events/backup-event-emitter.js';
import {
  BackupEvents,
  type BackupCompletedEvent,
  type BackupEvent,
  type BackupEventMap,
  type EventFailure,
} from '../events/backup-events.js';
import { BackupHealth, type HealthReport } from '../health/backup-health.js';
import { BackupEnvironment } from '../operations/backup-environment.js';
import { calendarSlots } from '../retention/calendar-slots.js';
import { isMailAddress } from './mail-addresses.js';
import { loadNodemailer } from './mail-transport.js';
import { FailureMails } from './failure-mails.js';
import { describeBackup, digestNotice, recoveryNotice, unhealthyNotice } from './notice.js';
import { NotificationSender } from './notification-sender.js';

type EventName = keyof BackupEventMap;

/** Too many to send one by one. */
const NOT_POSTED: ReadonlySet<string> = new Set<EventName>([
  'backup.progress',
  'verify.progress',
  'restore.progress',
  'cleanup.progress',
  'operation.changed',
]);
/** After these the health of backups may be another. */
const WORTH_A_CHECK = [
  BackupEvents.completed,
  BackupEvents.failed,
  BackupEvents.verified,
  BackupEvents.verificationFailed,
  BackupEvents.cleanupCompleted,
] as const;
/** What was last told of the health, and of which day or week the last digest is. */
const HEALTH = 'health';
const DIGEST = 'digest';

/** Decides who is told what, and tells each thing once, however many processes there are. */
@Injectable()
export class BackupNotifier implements OnModuleInit, OnApplicationBootstrap {
  private readonly logger = new BackupLogger();
  private interval: NodeJS.Timeout | null = null;
  private checking: Promise<void> = Promise.resolve();

  constructor(
    private readonly environment: BackupEnvironment,
    private readonly emitter: EventEmitter2,
    private readonly events: BackupEventEmitter,
    private readonly catalog: CatalogConnection,
    private readonly states: BackupNotificationRepository,
    private readonly history: BackupHistoryRepository,
    private readonly schedules: BackupScheduleRepository,
    private readonly health: BackupHealth,
    private readonly failures: FailureMails,
    private readonly sender: NotificationSender,
  ) {}

  /** @throws BackupError `invalid_option` when nodemailer is needed and not installed */
  async onModuleInit(): Promise<void> {
    const { mail, webhook } = this.environment.options.notifications;
    if (mail !== null) {
      await loadNodemailer();
      this.listenForMail();
    }
    if (webhook !== null) {
      this.listenForWebhook();
    }
    if (mail !== null || webhook !== null) {
      for (const name of WORTH_A_CHECK) {
        this.on(name, () => this.check(new Date()));
      }
    }
  }

  onApplicationBootstrap(): void {
    const { mail, webhook, checkEvery } = this.environment.options.notifications;
    if (mail !== null || webhook !== null) {
      this.interval = setInterval(() => {
        this.sender.track(this.check(new Date()));
      }, checkEvery);
      // the process of a command must be able to end
      this.interval.unref();
    }
  }

  /** Ends the looks at the health, and waits a little for what is being sent. */
  async stop(): Promise<void> {
    if (this.interval !== null) {
      clearInterval(this.interval);
    }
    await this.sender.drain();
  }

  /** Tells of alerts that were not there before, and sends the digest when it is time. One at a time. */
  check(now: Date): Promise<void> {
    this.checking = this.checking
      .then(() => this.checkNow(now))
      .catch((error: unknown) => {
        this.logger.warn(`The health of the backups could not be looked at: ${messageOf(error)}`);
      });
    return this.checking;
  }

  private async checkNow(now: Date): Promise<void> {
    await this.catalog.open();
    const report = await this.health.check(now);
    await this.tellUnhealthy(report);
    if (this.environment.options.notifications.mail !== null) {
      await this.failures.tellHeld(this.application, now);
    }
    await this.sendDigest(report);
  }

  private async tellUnhealthy({ alerts }: HealthReport): Promise<void> {
    const known = await this.states.stateOf(HEALTH);
    const keys = alerts.map(({ kind, subject }) => `${kind} ${subject}`);
    const state = JSON.stringify(keys);
    if (state === (known ?? '[]') || !(await this.states.replace(HEALTH, known, state))) {
      return;
    }
    const before = new Set<unknown>(JSON.parse(known ?? '[]') as unknown[]);
    const fresh = alerts.filter((_alert, index) => !before.has(keys[index]));
    if (fresh.length > 0) {
      this.events.emit(BackupEvents.unhealthy, { alerts: fresh });
    }
  }

  private async sendDigest(report: HealthReport): Promise<void> {
    const { mail } = this.environment.options.notifications;
    const digest = mail?.digest ?? null;
    if (mail === null || digest === null) {
      return;
    }
    const slot = calendarSlots(this.environment.options.retention.rules.timeZone)(report.checkedAt, digest);
    const known = await this.states.stateOf(DIGEST);
    if (known === slot || !(await this.states.replace(DIGEST, known, slot)) || known === null) {
      // the first one comes with the next day or week
      return;
    }
    if (!(await this.sender.mail(digestNotice(this.application, report), mail.to, null))) {
      await this.states.replace(DIGEST, slot, known);
    }
  }

  private listenForWebhook(): void {
    for (const name of Object.values(BackupEvents).filter((event) => !NOT_POSTED.has(event))) {
      this.on(name, async (payload) => {
        await this.sender.webhook(name, payload, new Date(), operationOf(payload));
      });
    }
  }

  private listenForMail(): void {
    this.on(BackupEvents.completed, (event) => this.backupCompleted(event));
    this.on(BackupEvents.failed, async (event) => {
      const group = await this.groupOf(event);
      if (await this.tellFailure(group, describeBackup(event), event, event.backupid, event)) {
        await this.states.change(group, 'failed');
      }
    });
    for (const name of [BackupEvents.verificationFailed, BackupEvents.verifyFailed] as const) {
      this.on(name, (event) =>
        this.tellFailure('verifications', `Verification of ${describeBackup(event)}`, event, event.backupid, event),
      );
    }
    this.on(BackupEvents.restoreFailed, (event) =>
      this.tellFailure('restores', `Restore of ${describeBackup(event)}`, event, event.backupid, null),
    );
    this.on(BackupEvents.restoreUndoFailed, (event) =>
      this.tellFailure('undos', `Undo of a restore of ${describeBackup(event)}`, event, event.backupid, null),
    );
    this.on(BackupEvents.cleanupFailed, (event) =>
      this.tellFailure('cleanups', 'Cleanup', event, event.backupid, null),
    );
    this.on(BackupEvents.unhealthy, async ({ alerts }) => {
      const to = await this.recipients(null);
      if (!(await this.sender.mail(unhealthyNotice(this.application, alerts), to, null))) {
        await this.states.forget(HEALTH);
      }
    });
  }

  private async backupCompleted(event: BackupCompletedEvent): Promise<void> {
    const group = await this.groupOf(event);
    if (await this.states.replace(group, 'failed', 'completed')) {
      const notice = recoveryNotice(this.application, event, new Date());
      if (!(await this.sender.mail(notice, await this.recipients(event), event.backupid))) {
        await this.states.replace(group, 'completed', 'failed');
      }
    }
  }

  /**
   * @param backup whose schedule names somebody to tell as well
   * @returns whether somebody is told now
   */
  private async tellFailure(
    kind: string,
    what: string,
    failure: EventFailure,
    backupid: string | null,
    backup: BackupEvent | null,
  ): Promise<boolean> {
    const to = [...(await this.recipients(backup))];
    const { code, message } = failure;
    return this.failures.tell(this.application, kind, { what, code, message, at: Date.now(), to, backupid });
  }

  private async recipients(backup: BackupEvent | null): Promise<readonly string[]> {
    const usual = this.environment.options.notifications.mail?.to ?? [];
    const row = backup === null ? null : await this.history.findById(backup.id);
    const schedule = typeof row?.scheduleId === 'number' ? await this.schedules.findById(row.scheduleId) : null;
    const own = schedule?.notificationEmail?.trim() ?? '';
    if (own !== '' && !isMailAddress(own)) {
      this.logger.warn(
        `The notification_email of schedule ${String(schedule?.id)} is not a mail address: nobody is told there.`,
      );
      return usual;
    }
    return [...new Set([...usual, ...(own === '' ? [] : [own])])];
  }

  private async groupOf({ id, backupType }: BackupEvent): Promise<string> {
    const scheduleId = (await this.history.findById(id))?.scheduleId ?? null;
    return `${backupType} backups ${scheduleId === null ? 'by hand' : `of schedule ${String(scheduleId)}`}`;
  }

  private get application(): string {
    return `Backups of ${this.environment.databases[0]}`;
  }

  private on<Name extends EventName>(name: Name, tell: (payload: BackupEventMap[Name]) => Promise<unknown>): void {
    this.emitter.on(name, (payload: BackupEventMap[Name]) => {
      this.sender.track(tell(payload));
    });
  }
}

function operationOf(payload: object): string | null {
  return 'backupid' in payload && typeof payload.backupid === 'string' ? payload.backupid : null;
}
