import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { BackupService } from '../backup.service.js';
import type { HealthReport } from '../health/backup-health.js';
import type { GoodBackup, GroupFacts } from '../health/health-facts.js';

/** As many series as types and active schedules; names of schedules are not unique, so that their ids stand beside. */
const OF_GROUP = ['type', 'schedule', 'schedule_id'] as const;
type GroupLabels = Readonly<Record<(typeof OF_GROUP)[number], string>>;
type GroupGauge = Gauge<(typeof OF_GROUP)[number]>;

/**
 * Metrics of the backups for Prometheus, read from the catalog at each scrape. They are in a registry of their own:
 * `Registry.merge([register, metrics.registry])` puts them beside those of the application.
 */
@Injectable()
export class BackupMetrics {
  readonly registry = new Registry();
  private reading: Promise<void> | null = null;

  private readonly succeededAt = this.ofGroup('last_success_timestamp_seconds', 'When the newest good backup was made');
  private readonly duration = this.ofGroup('last_success_duration_seconds', 'How long the newest good backup took');
  private readonly size = this.ofGroup('last_success_stored_bytes', 'What the newest good backup added to storage');
  private readonly sourceSize = this.ofGroup('last_success_source_bytes', 'Size of what the newest good backup holds');
  private readonly result = this.ofGroup('last_result', '1 when the newest backup succeeded, 0 when it failed');
  private readonly drilledAt = this.ofGroup(
    'last_drill_timestamp_seconds',
    'When a backup was last restored as a drill',
  );
  private readonly drillTime = this.ofGroup('last_drill_duration_seconds', 'How long that restore took');
  private readonly stored = this.single('stored_bytes', 'What all backups in storage take');
  private readonly free = this.single('storage_free_bytes', 'Room that is left in storage, where it tells');
  private readonly alerts = new Gauge({
    ...this.described('alerts', 'Alerts, by what they are'),
    labelNames: ['kind', 'severity'] as const,
  });

  constructor(private readonly backups: BackupService) {}

  get contentType(): string {
    return this.registry.contentType;
  }

  /** All metrics, as Prometheus reads them. */
  metrics(): Promise<string> {
    return this.registry.metrics();
  }

  private ofGroup(name: string, help: string): GroupGauge {
    return new Gauge({ ...this.described(name, help), labelNames: OF_GROUP });
  }

  private single(name: string, help: string): Gauge {
    return new Gauge(this.described(name, help));
  }

  /** Every gauge waits for the same reading, whichever is asked first. */
  private described(
    name: string,
    help: string,
  ): {
    readonly name: string;
    readonly help: string;
    readonly registers: Registry[];
    readonly collect: () => Promise<void>;
  } {
    return { name: `backup_${name}`, help, registers: [this.registry], collect: () => this.read() };
  }

  private read(): Promise<void> {
    this.reading ??= this.readNow().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async readNow(): Promise<void> {
    const report = await this.backups.getHealth();
    this.registry.resetMetrics();
    report.facts.groups.forEach((group) => {
      this.setGroup(group);
    });
    this.setStorage(report);
    for (const { kind, severity } of report.alerts) {
      this.alerts.inc({ kind, severity });
    }
  }

  private setGroup({ type, schedule, good, failedAt, drill }: GroupFacts): void {
    const labels = { type, schedule: schedule?.name ?? '', schedule_id: String(schedule?.id ?? '') };
    const newest = good.at(0);
    if (newest !== undefined) {
      this.setNewest(labels, newest);
    }
    if (newest !== undefined || failedAt !== null) {
      this.result.set(labels, Number(newest !== undefined && (failedAt === null || failedAt <= newest.createdAt)));
    }
    if (drill.lastAt !== null) {
      this.drilledAt.set(labels, drill.lastAt.getTime() / 1000);
    }
    if (drill.seconds !== null) {
      this.drillTime.set(labels, drill.seconds);
    }
  }

  private setNewest(labels: GroupLabels, newest: GoodBackup): void {
    this.succeededAt.set(labels, newest.createdAt.getTime() / 1000);
    this.size.set(labels, newest.fileSize);
    if (newest.durationSeconds !== null) {
      this.duration.set(labels, newest.durationSeconds);
    }
    if (newest.logicalSize !== null) {
      this.sourceSize.set(labels, newest.logicalSize);
    }
  }

  private setStorage({ facts }: HealthReport): void {
    const { storage } = facts;
    this.stored.set(facts.storedBytes);
    this.free.set(storage.usable && storage.room !== null ? storage.room.freeBytes : Number.NaN);
  }
}
