import type { BackupDecision, CleanupPreview } from '../operations/cleanup-plan.js';
import { cleanupPreview } from './cleanup-preview.js';

const decision = (id: number, more: Partial<BackupDecision> = {}): BackupDecision => ({
  id,
  backupName: `2026112${String(id)}T020000Z-database-abcdef`,
  backupType: 'database',
  partial: false,
  encryption: false,
  scheduleId: null,
  createdAt: new Date(`2026-11-2${String(id)}T02:00:00Z`),
  fileSize: 1536,
  decision: 'keep',
  reasons: ['newest'],
  ...more,
});
const preview = (more: Partial<CleanupPreview> = {}): CleanupPreview => ({
  backups: [],
  delete: [],
  freedBytes: 0,
  maxDelete: 10,
  unfinishedSets: [],
  unknownSets: [],
  ...more,
});

describe('cleanupPreview', () => {
  it('shows every backup by schedule and type, with its reasons in 80 columns', () => {
    const backups = [
      decision(3, {
        reasons: ['pinned: the state that the auditors were shown', 'newest', 'daily 2026-11-23', 'weekly 2026-W48'],
      }),
      decision(2, { scheduleId: 7, partial: true }),
      decision(1, { decision: 'delete', reasons: ['no rule keeps it'] }),
    ];
    expect(cleanupPreview(preview({ backups, delete: [1], freedBytes: 1536 }), 80)).toBe(
      `Made by hand, database:
ID  MADE (UTC)              SIZE  PLAN    WHY
 3  2026-11-23 02:00:00  1.5 KiB  keep    pinned: the state that the auditors
                                          were shown, newest, daily 2026-11-23,
                                          weekly 2026-W48
 1  2026-11-21 02:00:00  1.5 KiB  delete  no rule keeps it

Schedule 7, database, partial:
ID  MADE (UTC)              SIZE  PLAN  WHY
 2  2026-11-22 02:00:00  1.5 KiB  keep  newest

To delete: 1 of 3 backups (1.5 KiB).
`,
    );
  });

  it('names unfinished and unknown sets, and says when it would be too much at once', () => {
    const text = cleanupPreview(
      preview({
        backups: [decision(2), decision(1)],
        delete: [1],
        maxDelete: 0,
        unfinishedSets: ['20200101T000000Z-database-aaaaaa'],
        unknownSets: ['20200101T000000Z-database-bbbbbb'],
      }),
    );
    expect(text).toContain('To sweep, since it was never finished: 20200101T000000Z-database-aaaaaa\n');
    expect(text).toContain('Not in the catalog, see backup:import: 20200101T000000Z-database-bbbbbb\n');
    expect(text).toContain('More than 0 at once: nothing is deleted without --max-delete=1.\n');
  });

  it('says that there are no backups', () => {
    expect(cleanupPreview(preview())).toBe('No backups.\n');
  });
});
