import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { JSON_TYPE } from './media-types.js';
import { passedOverInBody, passedOverInQuery } from './passed-over-names.js';
import { RequestProblem } from './problem.js';
import { argumentSchema } from './registered-routes.js';
import { contentTypeOf, hasBody, routedRequest, type BackupRequest } from './request.js';

/**
 * Refuses bodies of another type than the route takes, which parsers pass over so that they would count as empty, and
 * bodies and queries where the route takes none, and names that would be passed over: who sends one means something by it.
 */
@Injectable()
export class InputInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<BackupRequest & { readonly body?: unknown }>();
    const expected = routedRequest(request)?.route.mediaType ?? JSON_TYPE;
    const found = contentTypeOf(request);
    if (hasBody(request) && found !== expected) {
      throw new RequestProblem(
        'unsupported_media_type',
        `The body is of type ${JSON.stringify(found.slice(0, 100))}: send ${expected}.`,
      );
    }
    const takes = (argument: 'body' | 'query'): boolean =>
      argumentSchema(context.getClass(), context.getHandler().name, argument) !== null;
    if (expected === JSON_TYPE && !takes('body') && !isEmpty(request.body)) {
      throw new RequestProblem('validation_failed', 'The request is not valid: no body is taken here.');
    }
    if (!takes('query') && /\?./.test(request.originalUrl)) {
      throw new RequestProblem('validation_failed', 'The request is not valid: no query is taken here.');
    }
    const passedOver = passedOverInBody(request.body) ?? passedOverInQuery(request.originalUrl);
    if (passedOver !== undefined) {
      const message = `Unrecognized key: "${passedOver}"`;
      throw new RequestProblem('validation_failed', `The request is not valid: ${message}`, [{ path: '', message }]);
    }
    return next.handle();
  }
}

/** Some clients send an empty object for nothing. */
function isEmpty(body: unknown): boolean {
  return body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0);
}
