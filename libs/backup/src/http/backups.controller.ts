import { Body, Delete, Get, Injectable, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { z } from 'zod';
import { BackupService } from '../backup.service.js';
import type { ServerResponse } from 'node:http';
import { BACKING_UP, RESTORING, STARTED, STARTING, UNLOCKING } from './answers.js';
import type { BackupRequest } from './request.js';
import { Route } from './route.js';
import {
  backupBody,
  backupPage,
  createBackupBody,
  listBackupsQuery,
  pinBody,
  presentBackup,
  presentItem,
  type BackupBody,
  type BackupPage,
} from './schemas/backup.schema.js';
import { idParams, nextPage } from './schemas/common.schema.js';
import type { OperationBody } from './schemas/operation.schema.js';
import {
  presentRestores,
  previewAnswer,
  previewBody,
  restoreBody,
  restoresBody,
  verifyBody,
  type PreviewAnswer,
  type RestoresBody,
} from './schemas/restore.schema.js';
import { StartedOperations } from './started-operations.js';

type IdParams = z.output<typeof idParams>;

/** Backups: what there is, and what can be done with it. */
@Injectable()
export class BackupsController {
  constructor(
    private readonly backups: BackupService,
    private readonly operations: StartedOperations,
  ) {}

  @Get()
  @Route({
    action: 'list',
    summary: 'List backups, newest first',
    audited: false,
    answer: { status: 200, description: 'A page of backups', schema: backupPage },
    problems: [],
  })
  async list(@Query({ schema: listBackupsQuery }) query: z.output<typeof listBackupsQuery>): Promise<BackupPage> {
    const rows = await this.backups.listBackups(query);
    return { items: rows.map(presentItem), next: nextPage(rows, query.limit) };
  }

  @Post()
  @Route({
    action: 'create',
    summary: 'Make a backup',
    audited: true,
    isRepeatable: true,
    answer: STARTED,
    problems: BACKING_UP,
  })
  create(
    @Body({ schema: createBackupBody })
    { type, interactive, executeAt, passphrase, ...settings }: z.output<typeof createBackupBody>,
    @Req() request: BackupRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<OperationBody> {
    const order = { operation: 'backup', type, settings } as const;
    return this.operations.answerOrPrepare(request, response, { interactive, executeAt, passphrase }, order);
  }

  @Get(':id')
  @Route({
    action: 'show',
    summary: 'Show a backup',
    audited: false,
    answer: { status: 200, description: 'The backup', schema: backupBody },
    problems: ['not_found'],
  })
  async show(@Param({ schema: idParams }) { id }: IdParams): Promise<BackupBody> {
    return presentBackup(await this.backups.getBackup(id));
  }

  @Delete(':id')
  @Route({
    action: 'delete',
    summary: 'Delete a backup from storage; its row stays',
    audited: true,
    confirmed: true,
    answer: STARTED,
    problems: [...STARTING, 'not_found'],
  })
  delete(
    @Param({ schema: idParams }) { id }: IdParams,
    @Req() request: BackupRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<OperationBody> {
    return this.operations.answer(request, response, (caller) => this.backups.deleteBackup(id, caller));
  }

  @Post(':id/verify')
  @Route({
    action: 'verify',
    summary: 'Verify a backup',
    audited: true,
    isRepeatable: true,
    answer: STARTED,
    problems: [...STARTING, 'not_found'],
  })
  verify(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: verifyBody }) { interactive, executeAt, passphrase, ...settings }: z.output<typeof verifyBody>,
    @Req() request: BackupRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<OperationBody> {
    const order = { operation: 'verify', backupId: id, settings } as const;
    return this.operations.answerOrPrepare(request, response, { interactive, executeAt, passphrase }, order);
  }

  @Post(':id/preview')
  @Route({
    action: 'preview',
    summary: 'Show what a restore would change, without changing anything',
    audited: false,
    answer: { status: 200, description: 'What would change', schema: previewAnswer },
    problems: ['not_found', 'invalid_option', 'unknown_database', ...UNLOCKING, 'connection_failed'],
  })
  preview(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: previewBody }) scope: z.output<typeof previewBody>,
  ): Promise<PreviewAnswer> {
    return this.backups.previewRestore(id, scope);
  }

  @Post(':id/restore')
  @Route({
    action: 'restore',
    summary: 'Restore a backup: staged, proven, then swapped in',
    audited: true,
    isRepeatable: true,
    confirmed: true,
    answer: STARTED,
    problems: ['not_found', 'invalid_option', ...RESTORING],
  })
  restore(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: restoreBody }) { interactive, executeAt, passphrase, ...settings }: z.output<typeof restoreBody>,
    @Req() request: BackupRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<OperationBody> {
    const order = { operation: 'restore', backupId: id, settings } as const;
    return this.operations.answerOrPrepare(request, response, { interactive, executeAt, passphrase }, order);
  }

  @Post(':id/undo')
  @Route({
    action: 'undo',
    summary: 'Take the latest restore of a backup back',
    audited: true,
    isRepeatable: true,
    confirmed: true,
    answer: STARTED,
    problems: [...STARTING, 'not_found', 'undo_impossible'],
  })
  undo(
    @Param({ schema: idParams }) { id }: IdParams,
    @Req() request: BackupRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<OperationBody> {
    return this.operations.answer(request, response, (caller) => this.backups.undoRestore(id, caller));
  }

  @Get(':id/restores')
  @Route({
    action: 'restores',
    summary: 'List the restores of a backup, newest first',
    audited: false,
    answer: { status: 200, description: 'Its restores', schema: restoresBody },
    problems: ['not_found'],
  })
  async restores(@Param({ schema: idParams }) { id }: IdParams): Promise<RestoresBody> {
    await this.backups.getBackup(id);
    return presentRestores(await this.backups.getRestoreLog(id));
  }

  @Put(':id/pin')
  @Route({
    action: 'pin',
    summary: 'Keep a backup until it is unpinned',
    audited: true,
    answer: { status: 200, description: 'The backup', schema: backupBody },
    problems: ['not_found'],
  })
  async pin(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: pinBody }) { reason }: z.output<typeof pinBody>,
  ): Promise<BackupBody> {
    return presentBackup(await this.backups.pin(id, reason));
  }

  @Delete(':id/pin')
  @Route({
    action: 'unpin',
    summary: 'Let retention and deletion have a backup again',
    audited: true,
    answer: { status: 200, description: 'The backup', schema: backupBody },
    problems: ['not_found'],
  })
  async unpin(@Param({ schema: idParams }) { id }: IdParams): Promise<BackupBody> {
    return presentBackup(await this.backups.unpin(id));
  }
}
