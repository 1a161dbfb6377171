import { Inject, Injectable } from '@nestjs/common';
import { BackupStatus } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupScheduleRepository } from '../catalog/repositories/backup-schedule.repository.js';
import { ServerConnection } from '../database/server-connection.js';
import { formatBytes, formatDuration, formatNumberOf, formatTime } from '../format.js';
import { BackupHealth } from '../health/backup-health.js';
import type { GroupFacts, HealthFacts } from '../health/health-facts.js';
import { BackupEnvironment } from '../operations/backup-environment.js';
import { OPERATION_QUEUE } from '../operations/prepared/queue-worker.js';
import { RestoreOperationService } from '../operations/restore-operation.js';
import { SetLocks } from '../operations/set-locks.js';
import type { OperationQueue } from '../queue/operation-queue.js';
import {
  doctorReport,
  failure,
  fine,
  warning,
  type DoctorCheck,
  type DoctorLine,
  type DoctorReport,
} from './doctor-report.js';
import { examineQueue } from './examine-queue.js';
import { examineBackups, examineClock, examineServer } from './examine-server.js';
import { examineStorage } from './examine-storage.js';

/** How far back a backup is looked for to try the identities on. */
const NEWEST = 50;

/** Applications look for due runs three times a minute: nobody does where one has waited for so long, milliseconds. */
const LEFT_AFTER = 600_000;

/** Tries out what backups and restores need, and reads how they went. Leaves nothing behind. */
@Injectable()
export class BackupDoctor {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly health: BackupHealth,
    private readonly history: BackupHistoryRepository,
    private readonly schedules: BackupScheduleRepository,
    private readonly restores: RestoreOperationService,
    private readonly locks: SetLocks,
    @Inject(OPERATION_QUEUE) private readonly queue: OperationQueue | null,
  ) {}

  async examine(now: Date): Promise<DoctorReport> {
    const { facts, alerts } = await this.health.check(now);
    const newest = await this.history.list({ status: BackupStatus.COMPLETED, limit: NEWEST });
    const lines = [
      ...(await this.server()),
      ...(await examineStorage(this.environment.storage)),
      ...(await this.keys(newest)),
      ...(await attempt('restore', () => this.restore(newest))),
      ...(this.queue === null ? [] : [await examineQueue(this.queue)]),
      ...(await this.scheduled(now)),
      ...results(facts),
      // the storage was tried out above
      ...alerts
        .filter(({ kind }) => kind !== 'storage_unusable')
        .map(({ severity, message, cure }): DoctorLine => ({ check: 'alerts', status: severity, message, cure })),
    ];
    return doctorReport(lines, now);
  }

  private async server(): Promise<readonly DoctorLine[]> {
    return attempt('server', async () => {
      const connection = await ServerConnection.open(this.environment.address);
      try {
        return [
          examineServer(connection),
          await examineClock(connection, Date.now),
          ...(await attempt('backup', () => examineBackups(connection, this.environment.databases))),
        ];
      } finally {
        await connection.end();
      }
    });
  }

  /** What a restore of the newest backup of databases checks before it writes. */
  private async restore(newest: readonly BackupHistory[]): Promise<readonly DoctorLine[]> {
    const backup = newest.find(({ tablesIncluded, partial }) => (tablesIncluded ?? []).length > 0 && partial === null);
    if (backup === undefined) {
      return [fine('restore', 'There is no whole backup of databases yet to look at.')];
    }
    if (backup.encryption && !this.hasSecrets) {
      return [fine('restore', `Backup ${String(backup.id)} is encrypted, and nothing here opens it.`)];
    }
    await this.restores.rehearse(backup.id);
    return [fine('restore', `Backup ${String(backup.id)} could be restored, as far as can be known beforehand.`)];
  }

  private async keys(newest: readonly BackupHistory[]): Promise<readonly DoctorLine[]> {
    return attempt('keys', async () => {
      const chosen = await this.locks.choose({});
      const how =
        chosen === null
          ? 'Backups are not encrypted.'
          : `Backups are encrypted ${chosen.keyId === null ? 'with a passphrase' : `to key ${String(chosen.keyId)}`}.`;
      const encrypted = newest.find(({ encryption }) => encryption);
      if (encrypted === undefined) {
        return [fine('keys', how)];
      }
      const label = `backup ${String(encrypted.id)}`;
      if (!this.hasSecrets) {
        return [
          fine(
            'keys',
            `${how} There is no identity here, as there need not be: ${label} can only be restored elsewhere.`,
          ),
        ];
      }
      await this.locks.unlock(encrypted.backupName, encrypted.encryptionKeyId, {});
      return [fine('keys', `${how} What is configured here opens ${label}.`)];
    });
  }

  private get hasSecrets(): boolean {
    const { identities, passphrase } = this.environment.options.encryption;
    return identities !== null || passphrase !== null;
  }

  private async scheduled(now: Date): Promise<readonly DoctorLine[]> {
    const schedules = await this.schedules.list();
    const active = schedules.filter(({ isActive }) => isActive);
    if (active.length === 0) {
      return [fine('schedules', 'No schedule is active.')];
    }
    const next = active
      .flatMap(({ nextRunAt }) => nextRunAt ?? [])
      .sort((one, other) => one.getTime() - other.getTime());
    const idle = active.filter(({ nextRunAt }) => nextRunAt === null).map(({ id }) => String(id));
    const isLeft = next.length > 0 && now.getTime() - next[0].getTime() > LEFT_AFTER;
    const first = next.length === 0 || isLeft ? '' : `, the next at ${formatTime(next[0])} UTC`;
    return [
      fine('schedules', `${formatNumberOf(active.length, 'schedule')} of ${String(schedules.length)} active${first}.`),
      ...(isLeft
        ? [
            warning(
              'schedules',
              `A run has been due since ${formatTime(next[0])} UTC, and nobody has begun it.`,
              'See that the application is up, or that a cron of its own calls backup:schedule run-due.',
            ),
          ]
        : []),
      ...(idle.length === 0
        ? []
        : [
            warning(
              'schedules',
              `No next run is known of schedule ${idle.join(', ')}.`,
              'Start the application, which works it out.',
            ),
          ]),
    ];
  }
}

function results({ groups }: HealthFacts): DoctorLine[] {
  return groups.flatMap((group) => {
    const newest = group.good.at(0);
    if (group.failedAt !== null && (newest === undefined || group.failedAt > newest.createdAt)) {
      const message = `The newest ${describeGroup(group)}, of ${formatTime(group.failedAt)} UTC, failed${group.failure === null ? '.' : `: ${group.failure}`}`;
      return [warning('results', message, 'See why with backup:list --status=failed and backup:show.')];
    }
    if (newest === undefined) {
      return [];
    }
    const took = newest.durationSeconds === null ? '' : `, in ${formatDuration(newest.durationSeconds)}`;
    return [
      fine(
        'results',
        `The newest ${describeGroup(group)} is backup ${String(newest.id)} of ${formatTime(newest.createdAt)} UTC: ${formatBytes(newest.fileSize)}${took}.`,
      ),
    ];
  });
}

function describeGroup({ type, schedule }: GroupFacts): string {
  return schedule === null ? `${type} backup` : `${type} backup of schedule ${schedule.name}`;
}

/** What cannot be looked at is a finding too. */
async function attempt(
  check: DoctorCheck,
  examine: () => Promise<readonly DoctorLine[]>,
): Promise<readonly DoctorLine[]> {
  try {
    return await examine();
  } catch (error) {
    return [failure(check, error)];
  }
}
