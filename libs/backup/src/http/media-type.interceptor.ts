import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { RequestProblem } from './problem.js';
import { routedRequest, type BackupRequest } from './request.js';

const JSON_TYPE = 'application/json';

/** Refuses bodies of another type than the route takes: parsers pass over those, and they would count as empty. */
@Injectable()
export class MediaTypeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<BackupRequest>();
    const expected = routedRequest(request)?.route.mediaType ?? JSON_TYPE;
    const found = request.headers['content-type']?.split(';', 1)[0].trim().toLowerCase() ?? '';
    if (hasBody(request) && found !== expected) {
      throw new RequestProblem(
        'unsupported_media_type',
        `The body is of type ${JSON.stringify(found.slice(0, 100))}: send ${expected}.`,
      );
    }
    return next.handle();
  }
}

function hasBody({ headers }: BackupRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
