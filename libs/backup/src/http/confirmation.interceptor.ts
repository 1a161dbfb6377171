import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { concatMap, from, type Observable } from 'rxjs';
import { BackupService } from '../backup.service.js';
import { HTTP_OPTIONS, type ConfirmationRequest, type ResolvedHttpOptions } from './http.options.js';
import { RequestProblem } from './problem.js';
import { routedRequest, type BackupRequest } from './request.js';
import type { BackupAction } from './route.js';
import { idParams } from './schemas/common.schema.js';
import { operationParams } from './schemas/operation.schema.js';

const aboutBackup = idParams.partial();

/** What is about to happen to which backup. */
type Matter = Pick<ConfirmationRequest, 'action' | 'backupId'>;

/** Asks the host once more before what cannot be taken back, or gives data away. */
@Injectable()
export class ConfirmationInterceptor implements NestInterceptor {
  constructor(
    @Inject(HTTP_OPTIONS) private readonly options: ResolvedHttpOptions,
    private readonly backups: BackupService,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<BackupRequest>();
    const route = routedRequest(request)?.route;
    if (route?.confirmed !== true || this.options.confirm === null) {
      return next.handle();
    }
    return from(this.ask(route.action, request)).pipe(concatMap(() => next.handle()));
  }

  private async ask(action: BackupAction, request: BackupRequest): Promise<void> {
    const matter = action === 'confirm-operation' ? await this.ofOperation(request) : matterOf(action, request);
    // null: there is nothing to ask about, or it is refused by what comes next
    if (matter === null) {
      return;
    }
    const user = this.options.user(request);
    if ((await this.options.confirm?.({ ...matter, user, request })) === false) {
      const backup = matter.backupId === null ? '' : ` of backup ${String(matter.backupId)}`;
      throw new RequestProblem(
        'confirmation_refused',
        `The application did not confirm this (${matter.action}${backup}).`,
      );
    }
  }

  /** An operation that was prepared is asked about as what it will do. */
  private async ofOperation(request: BackupRequest): Promise<Matter | null> {
    const params = operationParams.safeParse(request.params);
    const order = params.success ? (await this.backups.getOperationDetails(params.data.backupid)).order : null;
    if (order?.operation === 'restore') {
      return { action: 'restore', backupId: order.backupId };
    }
    return order?.operation === 'cleanup' ? { action: 'cleanup', backupId: null } : null;
  }
}

function matterOf(action: BackupAction, { params }: BackupRequest): Matter | null {
  const about = aboutBackup.safeParse(params);
  return about.success ? { action, backupId: about.data.id ?? null } : null;
}
