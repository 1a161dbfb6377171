import type { ServerResponse } from 'node:http';
import { Catch, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { BackupLogger } from '../backup-logger.js';
import { PROBLEM_TYPE } from './media-types.js';
import { problemOf, RETRY_AFTER } from './problem.js';
import { RequestAudit } from './request-audit.js';
import type { BackupRequest } from './request.js';

/** Answers whatever was thrown with problem details, and records it. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new BackupLogger();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly audit: RequestAudit,
  ) {}

  async catch(error: unknown, context: ArgumentsHost): Promise<void> {
    const request = context.switchToHttp().getRequest<BackupRequest>();
    const response = context.switchToHttp().getResponse<ServerResponse>();
    const problem = problemOf(error);
    if (problem.code === 'internal_error') {
      this.logger.fault(error);
    }
    await this.audit.record(request, { status: problem.status, code: problem.code, backupid: null });
    const { httpAdapter } = this.host;
    if (httpAdapter.isHeadersSent(response)) {
      // too late for an answer: an end that is none tells the client
      response.destroy();
      return;
    }
    httpAdapter.setHeader(response, 'Content-Type', PROBLEM_TYPE);
    const retryAfter = RETRY_AFTER[problem.code];
    if (retryAfter !== undefined) {
      httpAdapter.setHeader(response, 'Retry-After', String(retryAfter));
    }
    httpAdapter.reply(response, problem, problem.status);
  }
}
