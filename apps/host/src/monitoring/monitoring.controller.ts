import { BackupMetrics } from '@app/backup/prometheus/index.js';
import { BackupHealthIndicator } from '@app/backup/terminus/index.js';
import { Controller, Get, Header } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TypeOrmHealthIndicator, type HealthCheckResult } from '@nestjs/terminus';

/** For load balancers and Prometheus. */
@Controller()
export class MonitoringController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: TypeOrmHealthIndicator,
    private readonly backups: BackupHealthIndicator,
    private readonly metrics: BackupMetrics,
  ) {}

  @Get('health')
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.database.pingCheck('database'), () => this.backups.isHealthy()]);
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  scrape(): Promise<string> {
    return this.metrics.metrics();
  }
}
