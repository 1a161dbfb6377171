import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { BackupService } from '../backup.service.js';

/**
 * Whether there are backups to rely on, for a health check of @nestjs/terminus: down when an alert is an error. Give it to
 * the providers of a module that imports `TerminusModule`.
 *
 * @example
 * this.health.check([() => this.backups.isHealthy()])
 */
@Injectable()
export class BackupHealthIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly backups: BackupService,
  ) {}

  /**
   * Alerts are named by what they are and what they are about, without their messages: health checks are often open to all.
   *
   * @param key name in the health check's answer
   */
  async isHealthy(key = 'backup'): Promise<HealthIndicatorResult> {
    const { alerts } = await this.backups.getHealth();
    const found = { alerts: alerts.map(({ kind, severity, subject }) => ({ kind, severity, subject })) };
    const indicator = this.indicators.check(key);
    return alerts.some(({ severity }) => severity === 'error') ? indicator.down(found) : indicator.up(found);
  }
}
