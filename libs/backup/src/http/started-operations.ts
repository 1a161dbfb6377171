import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { BackupService } from '../backup.service.js';
import { messageOf } from '../errors/backup.error.js';
import type { OperationCaller } from '../operations/operation-request.js';
import { routedRequest } from './request.js';
import { presentDetails, type OperationBody } from './schemas/operation.schema.js';

/** Answers for work that goes on after the answer. */
@Injectable()
export class StartedOperations {
  private readonly logger = new Logger('Backup');

  constructor(
    private readonly backups: BackupService,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Gives the operation as soon as it runs, and its place in `Location`. What fails before that is thrown. */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    work: (onStarted: NonNullable<OperationCaller['onStarted']>) => Promise<unknown>,
  ): Promise<OperationBody> {
    const backupid = await this.started(work);
    const base = routedRequest(request)?.base ?? '';
    this.host.httpAdapter.setHeader(response, 'Location', `${base}/operations/${backupid}`);
    return presentDetails(await this.backups.getOperationDetails(backupid));
  }

  private started(work: (onStarted: (backupid: string) => void) => Promise<unknown>): Promise<string> {
    return new Promise((resolve, reject) => {
      work(resolve).catch((error: unknown) => {
        // its record says so too; whoever started it may have gone
        this.logger.error(messageOf(error));
        reject(error instanceof Error ? error : new Error(messageOf(error)));
      });
    });
  }
}
