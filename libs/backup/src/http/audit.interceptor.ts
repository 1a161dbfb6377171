import type { ServerResponse } from 'node:http';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { concatMap, type Observable } from 'rxjs';
import { RequestAudit } from './request-audit.js';
import { routedRequest, type BackupRequest } from './request.js';
import type { OperationBody } from './schemas/operation.schema.js';

const ACCEPTED = 202;

/** Records what was done. Refusals and failures are recorded where they are answered, by the filter. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(private readonly audit: RequestAudit) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<BackupRequest>();
    const route = routedRequest(request)?.route;
    if (route?.audited !== true) {
      return next.handle();
    }
    const response = context.switchToHttp().getResponse<ServerResponse>();
    return next.handle().pipe(
      concatMap(async (body: unknown) => {
        const { statusCode: status } = response;
        const backupid = status === ACCEPTED ? (body as OperationBody).backupid : null;
        await this.audit.record(request, { status, code: null, backupid });
        return body;
      }),
    );
  }
}
