import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { RecordOverview } from './record-overview.entity.js';
import { RecordsController } from './records.controller.js';

@Module({ imports: [TypeOrmModule.forFeature([RecordOverview])], controllers: [RecordsController] })
export class ArchiveModule {}
