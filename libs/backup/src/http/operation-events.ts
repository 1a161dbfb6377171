import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { BackupService } from '../backup.service.js';
import { OperationStatus } from '../catalog/catalog.types.js';
import type { OperationDetails } from '../operations/operation-details.js';
import { OperationRunner } from '../operations/operation-runner.js';
import { presentDetails } from './schemas/operation.schema.js';

/** How often the catalog is asked, milliseconds: runners write to it once a second. */
const INTERVAL = 250;
/** After so many times without news a comment keeps proxies from taking the connection for dead. */
const QUIET = 60;
/** How long a client that does not read is waited for at the end, milliseconds. */
const PATIENCE = 2000;
const OVER: ReadonlySet<OperationStatus> = new Set([OperationStatus.FINISHED_OK, OperationStatus.FINISHED_ERR]);

/**
 * Follows operations in the catalog, whichever process runs them, as server-sent events: `progress` now and whenever it
 * changes, `end` when it is over, or the application ends. A client that comes back after a broken connection begins with
 * the present state.
 */
@Injectable()
export class OperationEvents {
  private readonly ending = new AbortController();
  private readonly open = new Set<Promise<void>>();

  constructor(
    private readonly backups: BackupService,
    runner: OperationRunner,
  ) {
    runner.whenClosed(() => this.end());
  }

  /** @throws BackupError `not_found` or `operation_tampered`: an operation that is not there is an error, not a stream */
  async follow(backupid: string, response: ServerResponse): Promise<Readable> {
    const sent = new Promise<void>((resolve) => response.once('close', resolve));
    this.open.add(sent);
    void sent.then(() => this.open.delete(sent));
    return Readable.from(this.events(await this.backups.getOperationDetails(backupid)));
  }

  private async end(): Promise<void> {
    this.ending.abort();
    await Promise.race([Promise.all(this.open), delay(PATIENCE, undefined, { ref: false })]);
  }

  private async *events(first: OperationDetails): AsyncGenerator<string> {
    let operation = first;
    let quiet = 0;
    yield eventText(operation, isOver(operation));
    while (!isOver(operation)) {
      // woken when the application ends
      await delay(INTERVAL, undefined, { signal: this.ending.signal }).catch(() => undefined);
      const isLast = this.ending.signal.aborted;
      const next = await this.backups.getOperationDetails(operation.backupid);
      if (isLast || hasNews(operation, next)) {
        quiet = 0;
        yield eventText(next, isLast || isOver(next));
      } else {
        quiet += 1;
        if (quiet % QUIET === 0) {
          yield ':\n\n';
        }
      }
      if (isLast) {
        return;
      }
      operation = next;
    }
  }
}

function isOver({ status }: OperationDetails): boolean {
  return OVER.has(status);
}

function eventText(operation: OperationDetails, isLast: boolean): string {
  return `event: ${isLast ? 'end' : 'progress'}\ndata: ${JSON.stringify(presentDetails(operation))}\n\n`;
}

/** A sign of life is news, too: the rate and the time left change while nothing moves on. */
function hasNews(before: OperationDetails, now: OperationDetails): boolean {
  return now.status !== before.status || now.progress !== before.progress || now.updatedAt !== before.updatedAt;
}
