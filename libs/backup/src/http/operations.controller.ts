import { Readable } from 'node:stream';
import { Get, Header, Injectable, Param, Post, Query, StreamableFile } from '@nestjs/common';
import type { z } from 'zod';
import { BackupService } from '../backup.service.js';
import { BackupError } from '../errors/backup.error.js';
import { operationEvents } from './operation-events.js';
import { Route } from './route.js';
import { nextPage } from './schemas/common.schema.js';
import {
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

type OperationParams = z.output<typeof operationParams>;

/** Operations: what runs and what ran. */
@Injectable()
export class OperationsController {
  constructor(private readonly backups: BackupService) {}

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
    summary: 'Follow an operation: an event `progress` with the operation when it changes, and `end` when it is over',
    audited: false,
    answer: { status: 200, description: 'Server-sent events', mediaType: 'text/event-stream' },
    problems: ['not_found'],
  })
  async events(@Param({ schema: operationParams }) { backupid }: OperationParams): Promise<StreamableFile> {
    // one that is not there is an error, not a stream
    const first = await this.backups.getOperationDetails(backupid);
    const events = operationEvents(first, () => this.backups.getOperationDetails(backupid));
    return new StreamableFile(Readable.from(events), { type: 'text/event-stream' });
  }

  @Post(':backupid/cancel')
  @Route({
    action: 'cancel',
    summary: 'Cancel an operation, wherever it runs; it stops within seconds and leaves nothing half done',
    audited: true,
    answer: { status: 202, description: 'The operation, which is about to stop', schema: operationBody },
    problems: ['not_found', 'operation_state'],
  })
  async cancel(@Param({ schema: operationParams }) { backupid }: OperationParams): Promise<OperationBody> {
    await this.backups.getOperation(backupid);
    if (!(await this.backups.cancelOperation(backupid))) {
      throw new BackupError('operation_state', `Operation ${backupid} does not run: there is nothing to cancel.`);
    }
    return presentDetails(await this.backups.getOperationDetails(backupid));
  }
}
