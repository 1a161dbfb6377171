import { Inject, Injectable } from '@nestjs/common';
import { BackupLogger } from '../backup-logger.js';
import { BackupService } from '../backup.service.js';
import { messageOf } from '../errors/backup.error.js';
import { HTTP_OPTIONS, type ResolvedHttpOptions } from './http.options.js';
import { describeUser, routedRequest, type BackupRequest } from './request.js';

/** What came of a request. */
export interface RequestOutcome {
  readonly status: number;
  /** Of the problem, or null. */
  readonly code: string | null;
  /** The operation that it started, or null. */
  readonly backupid: string | null;
}

const LONGEST_PATH = 500;

/** Leaves a line in the audit trail for requests that change something or give data away. */
@Injectable()
export class RequestAudit {
  private readonly logger = new BackupLogger();

  constructor(
    @Inject(HTTP_OPTIONS) private readonly options: ResolvedHttpOptions,
    private readonly backups: BackupService,
  ) {}

  /** Done before the answer is sent: who is told that something was done can rely on there being a line. */
  async record(request: BackupRequest, outcome: RequestOutcome): Promise<void> {
    const routed = routedRequest(request);
    if (routed?.route.audited !== true) {
      return;
    }
    try {
      await this.backups.recordAudit({
        action: routed.route.action,
        request: `${request.method ?? ''} ${routed.path.slice(0, LONGEST_PATH)}`,
        user: describeUser(this.options.user(request)),
        from: request.ip ?? request.socket.remoteAddress ?? '',
        ...outcome,
      });
    } catch (error) {
      // what was done is done
      this.logger.error(`No audit line could be written for ${routed.route.action}: ${messageOf(error)}`);
    }
  }
}
