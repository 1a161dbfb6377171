import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { SchedulerRegistry } from '@nestjs/schedule';
import { BackupLogger } from '../backup-logger.js';
import { CatalogConnection } from '../catalog/catalog-connection.js';
import { BackupScheduleRepository, type ScheduleTiming } from '../catalog/repositories/backup-schedule.repository.js';
import { messageOf } from '../errors/backup.error.js';
import { isCommandLine } from '../is-command-line.js';
import { BackupEnvironment } from '../operations/backup-environment.js';
import { DueOperations } from '../operations/prepared/due-operations.js';
import { DueSchedules } from './due-schedules.js';
import { jobName, scheduleJob } from './schedule-job.js';

/** How often the table is compared with the timers, milliseconds. */
const SYNC_INTERVAL = 20_000;

/** Keeps a job in Nest's `SchedulerRegistry` for each active schedule, as the table has them. */
@Injectable()
export class ScheduleTimers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new BackupLogger();
  private registry: SchedulerRegistry | null = null;
  private interval: NodeJS.Timeout | null = null;
  private readonly kept = new Map<number, ScheduleTiming>();
  private digest = '';

  constructor(
    private readonly modules: ModulesContainer,
    private readonly environment: BackupEnvironment,
    private readonly moduleRef: ModuleRef,
    private readonly catalog: CatalogConnection,
    private readonly schedules: BackupScheduleRepository,
    private readonly due: DueSchedules,
    private readonly operations: DueOperations,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (isCommandLine(this.modules) || !this.environment.isWorker) {
      return;
    }
    this.registry = await this.findRegistry();
    if (this.registry === null) {
      return;
    }
    this.interval = setInterval(() => void this.refresh(), SYNC_INTERVAL);
    await this.attempt(() => this.compare());
    // thousands that were added by hand take a while to plan, for which no application waits
    void this.refresh();
  }

  beforeApplicationShutdown(): void {
    if (this.interval !== null) {
      clearInterval(this.interval);
    }
    for (const id of [...this.kept.keys()]) {
      this.drop(id);
    }
  }

  /**
   * Brings the jobs in line with the table, and starts what is due, prepared operations too: timers may be late, or the table have changed. A
   * database that does not answer must not end the application: it is tried again.
   */
  async refresh(): Promise<void> {
    await this.attempt(async () => {
      await this.due.planNew();
      await this.compare();
      await this.due.startDue();
      await this.operations.startDue();
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await (this.catalog.dataSource.isInitialized && this.registry !== null ? work() : undefined);
    } catch (error) {
      this.logger.warn(`The schedules could not be read, which is tried again: ${messageOf(error)}`);
    }
  }

  private async compare(): Promise<void> {
    const digest = await this.schedules.timingsDigest();
    if (this.registry !== null && digest !== this.digest) {
      this.replace(this.registry, await this.schedules.findTimings());
      this.digest = digest;
    }
  }

  private replace(registry: SchedulerRegistry, timings: readonly ScheduleTiming[]): void {
    const current = new Map(timings.map((timing) => [timing.id, timing]));
    for (const [id, known] of this.kept) {
      if (!isSame(known, current.get(id))) {
        this.drop(id);
      }
    }
    for (const timing of timings.filter(({ id }) => !this.kept.has(id))) {
      const job = scheduleJob(timing, () => {
        this.due.startDueSoon();
      });
      registry.addCronJob(jobName(timing.id), job);
      job.start();
      this.kept.set(timing.id, timing);
    }
  }

  private drop(id: number): void {
    this.kept.delete(id);
    if (this.registry?.doesExist('cron', jobName(id)) === true) {
      this.registry.deleteCronJob(jobName(id));
    }
  }

  /** Null where the host does not have Nest's scheduler: then it calls `runScheduledBackups` itself. */
  private async findRegistry(): Promise<SchedulerRegistry | null> {
    try {
      const { SchedulerRegistry: Registry } = await import('@nestjs/schedule');
      const found: SchedulerRegistry = this.moduleRef.get(Registry, { strict: false });
      return found;
    } catch (error) {
      this.logger.debug(
        `Schedules do not run by themselves here, without ScheduleModule.forRoot(): ${messageOf(error)}`,
      );
      return null;
    }
  }
}

function isSame(known: ScheduleTiming, current: ScheduleTiming | undefined): boolean {
  return known.cronExpression === current?.cronExpression && known.timeZone === current.timeZone;
}
