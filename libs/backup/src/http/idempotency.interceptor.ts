import type { ServerResponse } from 'node:http';
import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { BackupService } from '../backup.service.js';
import { HTTP_OPTIONS, type ResolvedHttpOptions } from './http.options.js';
import { parseIdempotencyKey } from './idempotency-key.js';
import { RequestProblem } from './problem.js';
import { routedRequest, type BackupRequest } from './request.js';

/** What is remembered of an answer: its status is the route's. */
interface RememberedAnswer {
  readonly body: unknown;
  readonly location: string | null;
}

const HOUR = 3_600_000;

/**
 * Carries out requests with an `Idempotency-Key` once, and answers them again as often as they are sent.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    @Inject(HTTP_OPTIONS) private readonly options: ResolvedHttpOptions,
    private readonly backups: BackupService,
    private readonly host: HttpAdapterHost,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<BackupRequest & { readonly body?: unknown }>();
    const header = request.headers['idempotency-key'];
    if (routedRequest(request)?.route.isRepeatable !== true || header === undefined) {
      return next.handle();
    }
    const key = parseIdempotencyKey([header].flat().join());
    return from(this.answer(key, request, context.switchToHttp().getResponse<ServerResponse>(), next));
  }

  private async answer(
    key: string,
    request: BackupRequest & { readonly body?: unknown },
    response: ServerResponse,
    next: CallHandler,
  ): Promise<unknown> {
    const { httpAdapter } = this.host;
    const outcome = await this.backups.answerOnce(
      {
        key,
        sender: JSON.stringify(this.options.user(request)),
        content: JSON.stringify([request.method, request.originalUrl, request.body ?? {}]),
        remember: this.options.idempotencyHours * HOUR,
      },
      async (): Promise<RememberedAnswer> => {
        const body: unknown = await lastValueFrom(next.handle());
        const location: unknown = httpAdapter.getHeader(response, 'Location');
        return { body, location: typeof location === 'string' ? location : null };
      },
    );
    switch (outcome.kind) {
      case 'other request':
        throw new RequestProblem(
          'idempotency_key_reused',
          'This Idempotency-Key came with another request before: use a new key for each.',
        );
      case 'in progress':
        httpAdapter.setHeader(response, 'Retry-After', '1');
        throw new RequestProblem(
          'idempotency_key_in_use',
          'The request with this Idempotency-Key is not answered yet: send it again in a while.',
        );
      case 'answered':
        return (outcome.answer as RememberedAnswer).body;
      case 'repeated': {
        const { body, location } = outcome.answer as RememberedAnswer;
        httpAdapter.setHeader(response, 'Idempotency-Replayed', 'true');
        if (location !== null) {
          httpAdapter.setHeader(response, 'Location', location);
        }
        return body;
      }
    }
  }
}
