import type { ServerResponse } from 'node:http';
import { Body, Get, Header, Injectable, Param, Patch, Post, Query, Req, Res, StreamableFile } from '@nestjs/common';
import type { z } from 'zod';
import { BackupService } from '../backup.service.js';
import { BackupError } from '../errors/backup.error.js';
import { BACKING_UP, RESTORING, STARTED } from './answers.js';
import { EVENTS_TYPE } from './media-types.js';
import { OperationEvents } from './operation-events.js';
import type { BackupRequest } from './request.js';
import { Route } from './route.js';
import { nextPage } from './schemas/common.schema.js';
import {
  changeOperationBody,
  confirmOperationBody,
  listOperationsQuery,
  logPage,
  operationBody,
  operationLogQuery,
  operationPage,
  operationParams,
  presentDetails,
  presentLog,
  presentOperation,
  type LogPage,
  type OperationBody,
  type OperationPage,
} from './schemas/operation.schema.js';
import { StartedOperations } from './started-operations.js';

type OperationParams = z.output<typeof operationParams>;

/** Operations: what runs and what ran. */
@Injectable()
export class OperationsController {
  constructor(
    private readonly backups: BackupService,
    private readonly started: StartedOperations,
    private readonly operationEvents: OperationEvents,
  ) {}

  @Get()
  @Route({
    action: 'operations',
    summary: 'List operations, newest first',
    audited: false,
    answer: { status: 200, description: 'A page of operations', schema: operationPage },
    problems: [],
  })
  async list(
    @Query({ schema: listOperationsQuery }) query: z.output<typeof listOperationsQuery>,
  ): Promise<OperationPage> {
    const rows = await this.backups.listOperations(query);
    return { items: rows.map(presentOperation), next: nextPage(rows, query.limit) };
  }

  @Get(':backupid')
  @Route({
    action: 'operation',
    summary: 'Show an operation: its state, its progress, how it ended',
    audited: false,
    answer: { status: 200, description: 'The operation', schema: operationBody },
    problems: ['not_found', 'operation_tampered'],
  })
  async show(@Param({ schema: operationParams }) { backupid }: OperationParams): Promise<OperationBody> {
    return presentDetails(await this.backups.getOperationDetails(backupid));
  }

  @Get(':backupid/logs')
  @Route({
    action: 'operation-log',
    summary: 'Read the log of an operation, oldest line first',
    audited: false,
    answer: { status: 200, description: 'A page of lines', schema: logPage },
    problems: ['not_found'],
  })
  async logs(
    @Param({ schema: operationParams }) { backupid }: OperationParams,
    @Query({ schema: operationLogQuery }) { level, ...page }: z.output<typeof operationLogQuery>,
  ): Promise<LogPage> {
    await this.backups.getOperation(backupid);
    const lines = await this.backups.getOperationLog(backupid, { ...page, maxLevel: level });
    return { items: lines.map(presentLog), next: nextPage(lines, page.limit) };
  }

  @Get(':backupid/events')
  @Header('Cache-Control', 'no-store')
  @Header('X-Accel-Buffering', 'no')
  @Route({
    action: 'operation-events',
    summary:
      'Follow an operation: an event `progress` with the operation when it changes, and `end` when it is over, or the application ends',
    audited: false,
    answer: { status: 200, description: 'Server-sent events', mediaType: EVENTS_TYPE },
    problems: ['not_found'],
  })
  async events(
    @Param({ schema: operationParams }) { backupid }: OperationParams,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<StreamableFile> {
    return new StreamableFile(await this.operationEvents.follow(backupid, response), { type: EVENTS_TYPE });
  }

  @Patch(':backupid')
  @Route({
    action: 'change-operation',
    summary: 'Change settings of an operation that waits to be confirmed; those that are not given stay',
    audited: true,
    answer: { status: 200, description: 'The operation', schema: operationBody },
    problems: ['not_found', 'operation_state', 'operation_tampered', 'invalid_option'],
  })
  async change(
    @Param({ schema: operationParams }) { backupid }: OperationParams,
    @Body({ schema: changeOperationBody }) changes: z.output<typeof changeOperationBody>,
  ): Promise<OperationBody> {
    await this.backups.changeOperation(backupid, changes);
    return presentDetails(await this.backups.getOperationDetails(backupid));
  }

  @Post(':backupid/confirm')
  @Route({
    action: 'confirm-operation',
    summary: 'Confirm an operation: its settings are final, and it begins, now or at its time',
    audited: true,
    confirmed: true,
    isRepeatable: true,
    answer: STARTED,
    problems: [...new Set([...BACKING_UP, ...RESTORING]), 'operation_state', 'operation_tampered', 'not_confirmed'],
  })
  async confirm(
    @Param({ schema: operationParams }) { backupid }: OperationParams,
    @Body({ schema: confirmOperationBody }) { executeAt }: z.output<typeof confirmOperationBody>,
    @Req() request: BackupRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<OperationBody> {
    if (executeAt === undefined) {
      return this.started.answer(request, response, (caller) => this.backups.confirmOperation(backupid, caller));
    }
    await this.backups.confirmOperation(backupid, { executeAt });
    return this.started.show(backupid, request, response);
  }

  @Post(':backupid/cancel')
  @Route({
    action: 'cancel',
    summary:
      'Cancel an operation that waits, or wherever it runs: it stops within seconds and leaves nothing half done',
    audited: true,
    answer: { status: 202, description: 'The operation, which is about to stop', schema: operationBody },
    problems: ['not_found', 'operation_state'],
  })
  async cancel(@Param({ schema: operationParams }) { backupid }: OperationParams): Promise<OperationBody> {
    await this.backups.getOperation(backupid);
    if (!(await this.backups.cancelOperation(backupid))) {
      throw new BackupError(
        'operation_state',
        `Operation ${backupid} neither runs nor waits: there is nothing to cancel.`,
      );
    }
    return presentDetails(await this.backups.getOperationDetails(backupid));
  }
}
