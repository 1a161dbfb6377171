import { BackupMetrics } from '@app/backup/prometheus/index.js';
import { BackupHealthIndicator } from '@app/backup/terminus/index.js';
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';

import { MonitoringController } from './monitoring.controller.js';

@Module({
  imports: [TerminusModule],
  controllers: [MonitoringController],
  providers: [BackupHealthIndicator, BackupMetrics],
})
export class MonitoringModule {}
