import type { ServerResponse } from 'node:http';
import { Body, Delete, Get, Injectable, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { z } from 'zod';
import { BackupService } from '../backup.service.js';
import { BACKING_UP, STARTED } from './answers.js';
import type { BackupRequest } from './request.js';
import { Route } from './route.js';
import { idParams, instant } from './schemas/common.schema.js';
import type { OperationBody } from './schemas/operation.schema.js';
import {
  createScheduleBody,
  nextRunsBody,
  nextRunsQuery,
  presentSchedule,
  scheduleBody,
  schedulesBody,
  updateScheduleBody,
  type NextRunsBody,
  type ScheduleBody,
  type SchedulesBody,
} from './schemas/schedule.schema.js';
import { StartedOperations } from './started-operations.js';

type IdParams = z.output<typeof idParams>;

const SAVING = ['invalid_option', 'unsupported_type', 'not_found', 'key_retired'] as const;
const DEFAULT_RUNS = 5;

/** Recurring backups, verifications and cleanups. */
@Injectable()
export class SchedulesController {
  constructor(
    private readonly backups: BackupService,
    private readonly operations: StartedOperations,
  ) {}

  @Get()
  @Route({
    action: 'schedules',
    summary: 'List schedules, paused ones too, oldest first',
    audited: false,
    answer: { status: 200, description: 'All schedules', schema: schedulesBody },
    problems: [],
  })
  async list(): Promise<SchedulesBody> {
    return { items: (await this.backups.getSchedules()).map(presentSchedule) };
  }

  @Post()
  @Route({
    action: 'add-schedule',
    summary: 'Save a schedule',
    audited: true,
    isRepeatable: true,
    answer: { status: 201, description: 'The schedule', schema: scheduleBody },
    problems: SAVING,
  })
  async create(@Body({ schema: createScheduleBody }) body: z.output<typeof createScheduleBody>): Promise<ScheduleBody> {
    return presentSchedule(await this.backups.createSchedule(body));
  }

  @Get(':id')
  @Route({
    action: 'schedule',
    summary: 'Show a schedule',
    audited: false,
    answer: { status: 200, description: 'The schedule', schema: scheduleBody },
    problems: ['not_found'],
  })
  async show(@Param({ schema: idParams }) { id }: IdParams): Promise<ScheduleBody> {
    return presentSchedule(await this.backups.getSchedule(id));
  }

  @Patch(':id')
  @Route({
    action: 'change-schedule',
    summary:
      'Change what is given of a schedule; null takes a setting back to its default, `isActive` pauses and resumes it',
    audited: true,
    answer: { status: 200, description: 'The schedule', schema: scheduleBody },
    problems: SAVING,
  })
  async update(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: updateScheduleBody }) changes: z.output<typeof updateScheduleBody>,
  ): Promise<ScheduleBody> {
    return presentSchedule(await this.backups.updateSchedule(id, changes));
  }

  @Delete(':id')
  @Route({
    action: 'remove-schedule',
    summary: 'Remove a schedule; its backups stay',
    audited: true,
    answer: { status: 204, description: 'It is gone' },
    problems: ['not_found'],
  })
  async remove(@Param({ schema: idParams }) { id }: IdParams): Promise<void> {
    await this.backups.deleteSchedule(id);
  }

  @Post(':id/run')
  @Route({
    action: 'run-schedule',
    summary: 'Carry a schedule out now, paused or not; its next run stays as it is',
    audited: true,
    isRepeatable: true,
    answer: STARTED,
    problems: BACKING_UP,
  })
  run(
    @Param({ schema: idParams }) { id }: IdParams,
    @Req() request: BackupRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<OperationBody> {
    return this.operations.answer(request, response, (caller) => this.backups.runScheduleNow(id, caller));
  }

  @Get(':id/next-runs')
  @Route({
    action: 'next-runs',
    summary: 'Say when a schedule is due next, if it is not paused',
    audited: false,
    answer: { status: 200, description: 'Its next runs', schema: nextRunsBody },
    problems: ['not_found'],
  })
  async nextRuns(
    @Param({ schema: idParams }) { id }: IdParams,
    @Query({ schema: nextRunsQuery }) { count = DEFAULT_RUNS }: z.output<typeof nextRunsQuery>,
  ): Promise<NextRunsBody> {
    return { items: (await this.backups.getNextRuns(id, count)).map(instant) };
  }
}
