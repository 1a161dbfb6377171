import type { z } from 'zod';
import { auditPage, type AuditPage } from '../schemas/audit.schema.js';
import {
  backupBody,
  backupPage,
  importSetsAnswer,
  statsBody,
  type BackupBody,
  type BackupItem,
  type BackupPage,
  type StatsBody,
} from '../schemas/backup.schema.js';
import { cleanupPlanAnswer, type CleanupPlanAnswer } from '../schemas/cleanup.schema.js';
import { doctorBody, type DoctorBody } from '../schemas/doctor.schema.js';
import { keyBody, keysBody, type KeyBody, type KeysBody } from '../schemas/key.schema.js';
import {
  logPage,
  operationBody,
  operationPage,
  type LogPage,
  type OperationBody,
  type OperationItem,
  type OperationPage,
} from '../schemas/operation.schema.js';
import { previewAnswer, restoresBody, type PreviewAnswer, type RestoresBody } from '../schemas/restore.schema.js';
import {
  nextRunsBody,
  scheduleBody,
  schedulesBody,
  type NextRunsBody,
  type ScheduleBody,
  type SchedulesBody,
} from '../schemas/schedule.schema.js';

const NIGHT = '2026-11-22T02:30:00.000Z';
const SET = '20261122T023000Z-database-3f9c2a';
const BACKUPID = '9f86d081884c7d659a2feaa0c55ad015';

const ITEM: BackupItem = {
  id: 12,
  backupType: 'database',
  backupName: SET,
  status: 'completed',
  fileSize: 17_825_792,
  logicalSize: 56_937_676,
  checksum: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  createdAt: NIGHT,
  startedAt: NIGHT,
  completedAt: '2026-11-22T02:30:04.120Z',
  durationSeconds: 4,
  partial: null,
  compression: 'zstd:1',
  encryption: true,
  encryptionKeyId: 1,
  verified: true,
  verifiedAt: '2026-11-22T04:00:09.733Z',
  drilledAt: null,
  drillSeconds: null,
  retentionDays: 30,
  expiresAt: '2026-12-22',
  initiatedBy: null,
  notes: null,
  errorMessage: null,
  parentId: null,
  scheduleId: 3,
  backupid: BACKUPID,
  storage: 'file:///var/backups/shop',
  pinned: false,
  pinnedReason: null,
  lockMilliseconds: 2.4,
};
const BACKUP: BackupBody = { ...ITEM, tablesIncluded: ['shop.orders', 'shop.users'], filesIncluded: null };
const BACKUPS: BackupPage = { items: [ITEM], next: null };
const STATS: StatsBody = {
  totals: [{ type: 'database', status: 'completed', count: 31, bytes: 552_599_552 }],
  newestCompleted: ITEM,
  storageUsed: 552_599_552,
};

const LISTED: OperationItem = {
  id: 40,
  backupid: BACKUPID,
  operation: 'backup',
  type: 'site',
  itemid: 0,
  format: 'native',
  interactive: false,
  purpose: 10,
  userid: 7,
  status: 'executing',
  delayed: false,
  executiontime: null,
  progress: 0.42,
  bytes: 7_486_832,
  bytesPerSecond: 3_743_416,
  secondsLeft: 3,
  errorCode: null,
  createdAt: NIGHT,
  updatedAt: '2026-11-22T02:30:02.000Z',
};
const OPERATION: OperationBody = { ...LISTED, backupId: 12, order: null, error: null };
const OPERATIONS: OperationPage = { items: [LISTED], next: null };
const LOG: LogPage = {
  items: [{ id: 901, createdAt: NIGHT, level: 'info', message: `Backup 12 (${SET}) of shop started` }],
  next: null,
};

const PREVIEW: PreviewAnswer = {
  set: SET,
  tables: [
    {
      database: 'shop',
      table: 'orders',
      rowsNow: 100,
      isEstimate: false,
      rowsAfter: 500,
      part: null,
      damage: null,
      change: 'replaced',
    },
  ],
  objects: [{ database: 'shop', kind: 'view', name: 'open_orders' }],
  files: [
    {
      root: 'uploads',
      target: '/srv/uploads',
      added: 2,
      changed: 1,
      unchanged: 10_497,
      left: 0,
      bytes: 81_920,
      conflicts: [],
    },
  ],
  bytes: 57_019_596,
  expectedSeconds: 3,
  compatibility: { from: 'MariaDB 10.11.6', to: 'MariaDB 10.11.6', incompatible: [], skipped: [], provenBySum: [] },
  notices: [],
};
const RESTORES: RestoresBody = {
  items: [
    {
      id: 5,
      backupId: 12,
      restoreType: 'database',
      status: 'completed',
      createdAt: NIGHT,
      startedAt: NIGHT,
      completedAt: '2026-11-22T02:30:06.000Z',
      tablesRestored: ['shop.orders'],
      filesRestored: null,
      initiatedBy: 7,
      notes: null,
      errorMessage: null,
      backupid: BACKUPID,
      target: 'shop',
    },
  ],
};
const CLEANUP: CleanupPlanAnswer = {
  backups: [
    {
      id: 2,
      backupName: '20261001T023000Z-database-a1b2c3',
      backupType: 'database',
      partial: false,
      encryption: true,
      scheduleId: 3,
      createdAt: '2026-10-01T02:30:00.000Z',
      fileSize: 16_777_216,
      decision: 'delete',
      reasons: ['no rule keeps it'],
    },
  ],
  delete: [2],
  freedBytes: 16_777_216,
  maxDelete: 10,
  unfinishedSets: [],
  unknownSets: [],
};

const SCHEDULE: ScheduleBody = {
  id: 3,
  name: 'nightly',
  operation: 'backup',
  backupType: 'database',
  cronExpression: '30 3 * * *',
  timeZone: 'Europe/Berlin',
  missedRun: 'run_once',
  retentionDays: null,
  compression: null,
  encryption: null,
  encryptionKeyId: null,
  includeTables: null,
  excludeTables: null,
  includeFiles: false,
  includeDatabases: true,
  fullEvery: null,
  notificationEmail: null,
  isActive: true,
  lastRunAt: NIGHT,
  nextRunAt: '2026-11-23T02:30:00.000Z',
  lastBackupid: BACKUPID,
  lastError: null,
  createdAt: '2026-10-01T08:00:00.000Z',
  updatedAt: NIGHT,
};
const SCHEDULES: SchedulesBody = { items: [SCHEDULE] };
const NEXT_RUNS: NextRunsBody = { items: ['2026-11-23T02:30:00.000Z', '2026-11-24T02:30:00.000Z'] };

const KEY: KeyBody = {
  id: 1,
  label: 'vault 2026',
  recipients: ['age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'],
  createdAt: '2026-10-01T08:00:00.000Z',
  retiredAt: null,
  backups: 31,
};
const KEYS: KeysBody = { items: [KEY] };

const DOCTOR: DoctorBody = {
  status: 'warning',
  checkedAt: NIGHT,
  lines: [
    { check: 'storage', status: 'ok', message: 'An object was written, read and deleted.', cure: null },
    {
      check: 'drill',
      status: 'warning',
      message: 'No backup was ever restored for trial.',
      cure: 'Run a verification with level drill.',
    },
  ],
};
const AUDIT: AuditPage = {
  items: [
    {
      id: 77,
      createdAt: NIGHT,
      action: 'restore',
      request: 'POST /admin/backups/12/restore',
      user: '7 (Ann)',
      from: '192.0.2.10',
      status: 202,
      code: null,
      backupid: BACKUPID,
    },
  ],
  next: null,
};

const EXAMPLES: ReadonlyMap<z.ZodType, unknown> = new Map<z.ZodType, unknown>([
  [backupBody, BACKUP],
  [backupPage, BACKUPS],
  [statsBody, STATS],
  [importSetsAnswer, { imported: [12], known: [11], skipped: [] }],
  [operationBody, OPERATION],
  [operationPage, OPERATIONS],
  [logPage, LOG],
  [previewAnswer, PREVIEW],
  [restoresBody, RESTORES],
  [cleanupPlanAnswer, CLEANUP],
  [scheduleBody, SCHEDULE],
  [schedulesBody, SCHEDULES],
  [nextRunsBody, NEXT_RUNS],
  [keyBody, KEY],
  [keysBody, KEYS],
  [doctorBody, DOCTOR],
  [auditPage, AUDIT],
]);

/** What an answer may look like. */
export function exampleOf(schema: z.ZodType): unknown {
  return EXAMPLES.get(schema);
}

/** What the events of an operation may look like. */
export const EVENTS_EXAMPLE = `event: progress\ndata: ${JSON.stringify(OPERATION)}\n\n`;
