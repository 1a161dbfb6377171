import { BadRequestException, Controller, Get, Query } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, type Repository } from 'typeorm';
import { z } from 'zod';

import { RecordOverview } from './record-overview.entity.js';

const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  after: z.coerce.number().int().min(0).default(0),
});

@Controller('records')
export class RecordsController {
  constructor(@InjectRepository(RecordOverview) private readonly records: Repository<RecordOverview>) {}

  /** Records in the order of their ids; `after` is the last id of the page before. */
  @Get()
  list(@Query() query: unknown): Promise<RecordOverview[]> {
    const page = pageQuery.safeParse(query);
    if (!page.success) throw new BadRequestException('limit is 1 to 500, after is the last id of the page before');
    const { limit, after } = page.data;
    return this.records.find({ where: { id: MoreThan(after) }, order: { id: 'ASC' }, take: limit });
  }
}
