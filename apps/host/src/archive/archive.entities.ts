import { ArchiveRecord } from './archive-record.entity.js';
import { Fonds } from './fonds.entity.js';
import { RecordOverview } from './record-overview.entity.js';
import { RecordRevision } from './record-revision.entity.js';
import { RecordTranslation } from './record-translation.entity.js';
import { ArchiveRepository } from './repository.entity.js';

export const archiveEntities = [
  ArchiveRepository,
  Fonds,
  ArchiveRecord,
  RecordTranslation,
  RecordRevision,
  RecordOverview,
];
