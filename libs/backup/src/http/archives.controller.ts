import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { Body, Get, Inject, Injectable, Param, Post, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { z } from 'zod';
import { BackupService } from '../backup.service.js';
import type { ImportResult } from '../operations/import-sets.js';
import { parseRange, type ByteRange } from './byte-range.js';
import { HTTP_OPTIONS, type ResolvedHttpOptions } from './http.options.js';
import { incomingBytes } from './incoming-bytes.js';
import { TAR_TYPE } from './media-types.js';
import { RequestProblem } from './problem.js';
import { routedRequest, type BackupRequest } from './request.js';
import { Route } from './route.js';
import {
  backupBody,
  importSetsAnswer,
  importSetsBody,
  presentBackup,
  type BackupBody,
} from './schemas/backup.schema.js';
import { flagQuery, idParams } from './schemas/common.schema.js';

const downloadQuery = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .max(1024)
      .optional()
      .meta({ description: 'One object of the set, such as README.txt. Default: all, as a tar archive' }),
    chain: flagQuery.optional().meta({ description: 'With all that it builds on, in one archive. Default: false' }),
  })
  .refine(({ path, chain }) => path === undefined || chain !== true, 'ask for one object, or for the chain');

const uploadQuery = z.strictObject({
  chain: flagQuery
    .optional()
    .meta({ description: 'The archive holds several sets, each after those that it builds on. Default: false' }),
});

/** Backups as bytes: given away and taken in. */
@Injectable()
export class ArchivesController {
  constructor(
    @Inject(HTTP_OPTIONS) private readonly options: ResolvedHttpOptions,
    private readonly backups: BackupService,
    private readonly host: HttpAdapterHost,
  ) {}

  @Get(':id/download')
  @Route({
    action: 'download',
    summary: 'Download a backup as a tar archive, or one object of it; from any byte on (Range, If-Range)',
    audited: true,
    confirmed: true,
    requestHeaders: { Range: 'One range of bytes', 'If-Range': 'The ETag that the range is of' },
    answer: {
      status: 200,
      description: 'The bytes as stored: what is encrypted stays so',
      also: [[206, 'Those of the range']],
      mediaType: TAR_TYPE,
      headers: {
        ETag: 'Stays as long as the bytes do',
        'Accept-Ranges': 'bytes',
        'Content-Disposition': 'File name',
        'Backup-Requires':
          'Of an incremental backup: the sets that it builds on and that are not among the bytes, oldest first',
      },
    },
    problems: ['not_found', 'damaged', 'range_not_satisfiable'],
  })
  async download(
    @Param({ schema: idParams }) { id }: z.output<typeof idParams>,
    @Query({ schema: downloadQuery }) options: z.output<typeof downloadQuery>,
    @Req() { headers }: BackupRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<StreamableFile> {
    const content = await this.backups.downloadBackup(id, options);
    const tag = `"${content.tag}"`;
    this.setHeaders(response, { ETag: tag, 'Accept-Ranges': 'bytes', 'Cache-Control': 'private, no-cache' });
    if (content.requires.length > 0) {
      this.setHeaders(response, { 'Backup-Requires': content.requires.join(', ') });
    }
    const isCurrent = headers['if-range'] === undefined || headers['if-range'] === tag;
    const range = isCurrent ? parseRange(headers.range, content.size) : null;
    if (range === 'not satisfiable') {
      this.setHeaders(response, { 'Content-Range': `bytes */${String(content.size)}` });
      throw new RequestProblem(
        'range_not_satisfiable',
        `There are ${String(content.size)} bytes: ask for some of them.`,
      );
    }
    if (range !== null) {
      this.host.httpAdapter.status(response, 206);
      this.setHeaders(response, { 'Content-Range': contentRange(range, content.size) });
    }
    const { start, end } = range ?? { start: 0, end: content.size };
    return new StreamableFile(Readable.from(content.read(start, end), { objectMode: false }), {
      type: options.path === undefined ? TAR_TYPE : 'application/octet-stream',
      disposition: `attachment; filename="${content.name}"`,
      length: end - start,
    }).setErrorHandler(() => {
      // an end before the length that was announced tells the client
      response.destroy();
    });
  }

  @Post('import')
  @Route({
    action: 'import',
    summary: 'Send a backup, as it was downloaded; it is listed when every object is what its manifest says',
    audited: true,
    mediaType: TAR_TYPE,
    answer: {
      status: 201,
      description: 'The backup',
      schema: backupBody,
      headers: { Location: 'Path of the backup' },
    },
    problems: [
      'not_found',
      'damaged',
      'format_unsupported',
      'invalid_name',
      'too_large',
      'busy',
      'identity_missing',
      'identity_wrong',
      'storage_missing',
      'storage_full',
      'storage_not_writable',
    ],
  })
  async import(
    @Query({ schema: uploadQuery }) { chain }: z.output<typeof uploadQuery>,
    @Req() request: BackupRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<BackupBody> {
    const { maxUploadBytes, uploadIdleSeconds } = this.options;
    if (Number(request.headers['content-length'] ?? 0) > maxUploadBytes) {
      this.setHeaders(response, { Connection: 'close' });
      throw new RequestProblem('payload_too_large', `Send ${String(maxUploadBytes)} bytes at most.`);
    }
    try {
      const bytes = incomingBytes(request, uploadIdleSeconds * 1000);
      const id = await this.backups.uploadBackup(bytes, { maxBytes: maxUploadBytes, chain });
      this.setHeaders(response, { Location: `${routedRequest(request)?.base ?? ''}/${String(id)}` });
      return presentBackup(await this.backups.getBackup(id));
    } catch (error) {
      // what else is on its way is not waited for
      this.setHeaders(response, { Connection: 'close' });
      throw error;
    }
  }

  @Post('import-sets')
  @Route({
    action: 'import-sets',
    summary: 'List sets that are in storage and not in the catalog; what storage holds is believed',
    audited: true,
    answer: { status: 200, description: 'What was taken up, and what was not', schema: importSetsAnswer },
    problems: [
      'not_found',
      'busy',
      'damaged',
      'format_unsupported',
      'identity_missing',
      'identity_wrong',
      'storage_missing',
      'storage_failed',
    ],
  })
  importSets(@Body({ schema: importSetsBody }) body: z.output<typeof importSetsBody>): Promise<ImportResult> {
    return this.backups.importSets(body);
  }

  private setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) {
      this.host.httpAdapter.setHeader(response, name, value);
    }
  }
}

function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${String(start)}-${String(end - 1)}/${String(size)}`;
}
