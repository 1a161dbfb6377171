import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HTTP_OPTIONS, type ResolvedHttpOptions } from './http.options.js';
import { rememberRoute } from './request.js';

/** Goes before the guards of the host, so that a refusal of theirs is known to be one of a route of ours. */
@Injectable()
export class RouteGuard implements CanActivate {
  constructor(@Inject(HTTP_OPTIONS) private readonly options: ResolvedHttpOptions) {}

  canActivate(context: ExecutionContext): boolean {
    rememberRoute(context, this.options.path);
    return true;
  }
}
