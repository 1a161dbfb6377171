import { ViewColumn, ViewEntity } from 'typeorm';

import type { RecordLevel } from './archive-record.entity.js';

/** The view `record_overview`, one line a record; made by a migration. */
@ViewEntity({ name: 'record_overview', synchronize: false })
export class RecordOverview {
  @ViewColumn()
  id!: number;

  @ViewColumn({ name: 'fonds_code' })
  fondsCode!: string;

  @ViewColumn({ name: 'reference_code' })
  referenceCode!: string;

  @ViewColumn()
  level!: RecordLevel;

  @ViewColumn()
  title!: string;

  @ViewColumn()
  dates!: string;

  @ViewColumn({ transformer: { from: Number, to: Number } })
  translations!: number;

  @ViewColumn({ transformer: { from: Number, to: Number } })
  uploads!: number;
}
