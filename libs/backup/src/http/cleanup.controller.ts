import type { ServerResponse } from 'node:http';
import { Body, Get, Injectable, Post, Query, Req, Res } from '@nestjs/common';
import type { z } from 'zod';
import { BackupService } from '../backup.service.js';
import { STARTED, STARTING } from './answers.js';
import type { BackupRequest } from './request.js';
import { Route } from './route.js';
import {
  cleanupBody,
  cleanupPlanAnswer,
  cleanupPlanQuery,
  presentCleanupPlan,
  type CleanupPlanAnswer,
} from './schemas/cleanup.schema.js';
import type { OperationBody } from './schemas/operation.schema.js';
import { StartedOperations } from './started-operations.js';

/** What retention deletes, and when it is asked to. */
@Injectable()
export class CleanupController {
  constructor(
    private readonly backups: BackupService,
    private readonly operations: StartedOperations,
  ) {}

  @Get()
  @Route({
    action: 'cleanup-plan',
    summary: 'Show what a cleanup would delete and keep, and why, without changing anything',
    audited: false,
    answer: { status: 200, description: 'What would be deleted and kept', schema: cleanupPlanAnswer },
    problems: ['storage_missing', 'storage_failed'],
  })
  async plan(
    @Query({ schema: cleanupPlanQuery }) { maxDelete, decision }: z.output<typeof cleanupPlanQuery>,
  ): Promise<CleanupPlanAnswer> {
    return presentCleanupPlan(await this.backups.planCleanup({ maxDelete }), decision);
  }

  @Post()
  @Route({
    action: 'cleanup',
    summary: 'Delete the backups that no retention rule keeps, and leftovers',
    audited: true,
    isRepeatable: true,
    confirmed: true,
    answer: STARTED,
    problems: [...STARTING, 'not_confirmed'],
  })
  run(
    @Body({ schema: cleanupBody }) { interactive, executeAt, ...settings }: z.output<typeof cleanupBody>,
    @Req() request: BackupRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<OperationBody> {
    const order = { operation: 'cleanup', settings } as const;
    return this.operations.answerOrPrepare(request, response, { interactive, executeAt }, order);
  }
}
