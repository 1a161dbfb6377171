import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { concatMap, from, type Observable } from 'rxjs';
import { HTTP_OPTIONS, type ConfirmationRequest, type ResolvedHttpOptions } from './http.options.js';
import { RequestProblem } from './problem.js';
import { routedRequest, type BackupRequest } from './request.js';
import { idParams } from './schemas/common.schema.js';

const aboutBackup = idParams.partial();

/** Asks the host once more before what cannot be taken back, or gives data away. */
@Injectable()
export class ConfirmationInterceptor implements NestInterceptor {
  constructor(@Inject(HTTP_OPTIONS) private readonly options: ResolvedHttpOptions) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<BackupRequest>();
    const route = routedRequest(request)?.route;
    if (route?.confirmed !== true || this.options.confirm === null) {
      return next.handle();
    }
    const params = aboutBackup.safeParse(request.params);
    // an id that is none is refused by the pipe that comes next
    if (!params.success) {
      return next.handle();
    }
    const { action } = route;
    const backupId = params.data.id ?? null;
    const user = this.options.user(request);
    return from(this.ask({ action, backupId, user, request })).pipe(concatMap(() => next.handle()));
  }

  private async ask(request: ConfirmationRequest): Promise<void> {
    if ((await this.options.confirm?.(request)) === false) {
      const backup = request.backupId === null ? '' : ` of backup ${String(request.backupId)}`;
      throw new RequestProblem(
        'confirmation_refused',
        `The application did not confirm this (${request.action}${backup}).`,
      );
    }
  }
}
