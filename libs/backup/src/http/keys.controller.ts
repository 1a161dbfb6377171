import { Body, Get, Injectable, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import { BackupService } from '../backup.service.js';
import { Route } from './route.js';
import { idParams } from './schemas/common.schema.js';
import { addKeyBody, keyBody, keysBody, presentKey, type KeyBody, type KeysBody } from './schemas/key.schema.js';

/** Public keys. Private ones are made and used elsewhere: they never travel over HTTP. */
@Injectable()
export class KeysController {
  constructor(private readonly backups: BackupService) {}

  @Get()
  @Route({
    action: 'keys',
    summary: 'List the keys that backups can be encrypted to, retired ones too',
    audited: false,
    answer: { status: 200, description: 'All keys, oldest first', schema: keysBody },
    problems: [],
  })
  async list(): Promise<KeysBody> {
    return { items: (await this.backups.listKeys()).map(presentKey) };
  }

  @Post()
  @Route({
    action: 'add-key',
    summary: 'Add age recipients as a key',
    audited: true,
    isRepeatable: true,
    answer: { status: 201, description: 'The key', schema: keyBody },
    problems: ['invalid_option'],
  })
  async add(@Body({ schema: addKeyBody }) body: z.output<typeof addKeyBody>): Promise<KeyBody> {
    return presentKey(await this.backups.addKey(body));
  }

  @Post(':id/retire')
  @Route({
    action: 'retire-key',
    summary: 'Let a key take no new backups; those it has can still be opened',
    audited: true,
    answer: { status: 200, description: 'The key', schema: keyBody },
    problems: ['not_found', 'key_retired'],
  })
  async retire(@Param({ schema: idParams }) { id }: z.output<typeof idParams>): Promise<KeyBody> {
    return presentKey(await this.backups.retireKey(id));
  }
}
