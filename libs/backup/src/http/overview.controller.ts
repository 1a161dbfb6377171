import { Get, Injectable, Query } from '@nestjs/common';
import type { z } from 'zod';
import { BackupService } from '../backup.service.js';
import { Route } from './route.js';
import { auditPage, auditQuery, presentAudit, type AuditPage } from './schemas/audit.schema.js';
import { presentStats, statsBody, type StatsBody } from './schemas/backup.schema.js';
import { nextPage } from './schemas/common.schema.js';
import { doctorBody, presentDoctor, type DoctorBody } from './schemas/doctor.schema.js';

/** What there is to know about all backups together. */
@Injectable()
export class OverviewController {
  constructor(private readonly backups: BackupService) {}

  @Get('stats')
  @Route({
    action: 'stats',
    summary: 'Count backups and bytes',
    audited: false,
    answer: { status: 200, description: 'Totals a type and status', schema: statsBody },
    problems: [],
  })
  async stats(): Promise<StatsBody> {
    const [stats, storageUsed] = await Promise.all([
      this.backups.getBackupStats(),
      this.backups.calculateStorageUsed(),
    ]);
    return presentStats(stats, storageUsed);
  }

  @Get('doctor')
  @Route({
    action: 'doctor',
    summary: 'Try out what backups and restores need',
    audited: false,
    answer: { status: 200, description: 'Findings, each with its cure', schema: doctorBody },
    problems: [],
  })
  async doctor(): Promise<DoctorBody> {
    return presentDoctor(await this.backups.examine());
  }

  @Get('audit')
  @Route({
    action: 'audit',
    summary: 'Read who asked these routes for what, from where, and what came of it; oldest first',
    audited: false,
    answer: { status: 200, description: 'A page of the audit trail', schema: auditPage },
    problems: [],
  })
  async audit(@Query({ schema: auditQuery }) query: z.output<typeof auditQuery>): Promise<AuditPage> {
    const records = await this.backups.getAuditTrail(query);
    return { items: records.map(presentAudit), next: nextPage(records, query.limit) };
  }
}
