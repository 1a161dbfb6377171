import type { ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { BackupLogger } from '../backup-logger.js';
import { BackupService } from '../backup.service.js';
import { messageOf } from '../errors/backup.error.js';
import { passphraseNotKept } from '../operations/operation.errors.js';
import type { OperationCaller } from '../operations/operation-request.js';
import type { NewOperationOrder } from '../operations/prepared/operation-order.js';
import type { PrepareOptions } from '../operations/prepared/prepared-operations.js';
import type { StartOptions } from '../operations/prepared/start-operations.js';
import { HTTP_OPTIONS, type ResolvedHttpOptions } from './http.options.js';
import { routedRequest, type BackupRequest } from './request.js';
import { presentDetails, type OperationBody } from './schemas/operation.schema.js';

/** When work begins (at once, unless it is to wait), and what is needed for it but not kept. */
type Beginning = Pick<PrepareOptions, 'interactive' | 'executeAt'> & Pick<StartOptions, 'passphrase'>;

/** Answers for work that goes on after the answer. */
@Injectable()
export class StartedOperations {
  private readonly logger = new BackupLogger();

  constructor(
    @Inject(HTTP_OPTIONS) private readonly options: ResolvedHttpOptions,
    private readonly backups: BackupService,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Gives the operation as soon as it runs, and its place in `Location`. What fails before that is thrown. */
  async answer(
    request: BackupRequest,
    response: ServerResponse,
    work: (caller: OperationCaller) => Promise<unknown>,
  ): Promise<OperationBody> {
    return this.show(await this.started(request, work), request, response);
  }

  /** The same of work that any process may carry out, and that may have to wait first: then it is given as soon as it is recorded. */
  async answerOrPrepare(
    request: BackupRequest,
    response: ServerResponse,
    { interactive = false, executeAt, passphrase }: Beginning,
    order: NewOperationOrder,
  ): Promise<OperationBody> {
    if (!interactive && executeAt === undefined) {
      const started = await this.backups.startOperation(order, { passphrase, ...this.caller(request) });
      return this.show(started, request, response);
    }
    if (passphrase !== undefined) {
      throw passphraseNotKept();
    }
    const backupid = await this.backups.prepareOperation(order, { interactive, executeAt, ...this.caller(request) });
    return this.show(backupid, request, response);
  }

  /** Shows an operation, and says where it is. */
  async show(backupid: string, request: BackupRequest, response: ServerResponse): Promise<OperationBody> {
    const base = routedRequest(request)?.base ?? '';
    this.host.httpAdapter.setHeader(response, 'Location', `${base}/operations/${backupid}`);
    return presentDetails(await this.backups.getOperationDetails(backupid));
  }

  /** Never from the body: nobody acts in another's name. */
  private caller(request: BackupRequest): Pick<OperationCaller, 'initiatedBy'> {
    return { initiatedBy: this.options.user(request)?.id };
  }

  private started(request: BackupRequest, work: (caller: OperationCaller) => Promise<unknown>): Promise<string> {
    return new Promise((resolve, reject) => {
      work({ ...this.caller(request), onStarted: resolve }).catch((error: unknown) => {
        // its record says so too; whoever started it may have gone
        this.logger.error(messageOf(error));
        reject(error instanceof Error ? error : new Error(messageOf(error)));
      });
    });
  }
}
