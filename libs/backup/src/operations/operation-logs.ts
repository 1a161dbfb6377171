import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { OperationStatus, type LogLevel } from '../catalog/catalog.types.js';
import type { BackupLog } from '../catalog/entities/backup-log.entity.js';
import { BackupLogRepository } from '../catalog/repositories/backup-log.repository.js';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import { operationUnknown } from './operation.errors.js';

export interface FollowOptions {
  /** The least severe level to show: `LogLevel.INFO` leaves debug lines out. Default: all that was recorded. */
  readonly maxLevel?: LogLevel;
  /** Ends the following, not the operation. */
  readonly signal?: AbortSignal;
}

/** How often the catalog is asked for more, milliseconds: runners write to it once a second. */
const INTERVAL = 500;
const PAGE = 500;
/** Of an operation that fails while it is followed: where others end it, it is a second until its process notices, and says so. */
const LOOKS_AFTER_FAILURE = 4;

/** Reads what operations logged. */
@Injectable()
export class OperationLogs {
  constructor(
    private readonly operations: BackupOperationRepository,
    private readonly logs: BackupLogRepository,
  ) {}

  /** Every line so far, in the order they were logged. @throws BackupError `not_found` */
  async *lines(backupid: string, { maxLevel }: FollowOptions = {}): AsyncGenerator<BackupLog> {
    await this.statusOf(backupid);
    yield* this.linesAfter(backupid, 0, maxLevel);
  }

  /** Every line so far and those to come, until the operation is over, wherever it runs. @throws BackupError `not_found` */
  async *follow(backupid: string, { maxLevel, signal }: FollowOptions = {}): AsyncGenerator<BackupLog> {
    let last = 0;
    let looksLeft = 0;
    for (;;) {
      // before the lines are read: what has succeeded has logged them all
      const status = await this.statusOf(backupid);
      for await (const line of this.linesAfter(backupid, last, maxLevel)) {
        last = line.id;
        yield line;
      }
      if (status === OperationStatus.FINISHED_OK || (status === OperationStatus.FINISHED_ERR && looksLeft === 0)) {
        return;
      }
      looksLeft = status === OperationStatus.FINISHED_ERR ? looksLeft - 1 : LOOKS_AFTER_FAILURE;
      await delay(INTERVAL, undefined, { signal }).catch((error: unknown) => {
        // with the reason of whoever wanted no more
        signal?.throwIfAborted();
        throw error;
      });
    }
  }

  private async *linesAfter(backupid: string, start: number, maxLevel?: LogLevel): AsyncGenerator<BackupLog> {
    let after = start;
    for (;;) {
      const page = await this.logs.list(backupid, { after, limit: PAGE, maxLevel });
      yield* page;
      if (page.length < PAGE) {
        return;
      }
      after = page[page.length - 1].id;
    }
  }

  private async statusOf(backupid: string): Promise<OperationStatus> {
    const operation = await this.operations.find(backupid);
    if (operation === null) {
      throw operationUnknown(backupid);
    }
    return operation.status;
  }
}
