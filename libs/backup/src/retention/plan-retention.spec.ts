import { planRetention, type RetainedBackup } from './plan-retention.js';

const NOW = new Date('2026-11-21T12:00:00Z');

function backup(id: number, values: Partial<RetainedBackup> = {}): RetainedBackup {
  return {
    id,
    type: 'database',
    scheduleId: null,
    createdAt: new Date(Date.UTC(2026, 9, id)),
    expiresAt: '2026-11-01',
    verified: false,
    pinned: false,
    parentId: null,
    ...values,
  };
}

describe('planRetention', () => {
  it('deletes what has expired and keeps the newest of its group', () => {
    expect(planRetention([backup(1), backup(2), backup(3)], NOW).delete).toEqual([2, 1]);
  });

  it('keeps a backup through its last day', () => {
    const plan = planRetention(
      [backup(1, { expiresAt: '2026-11-21' }), backup(2, { expiresAt: '2026-11-20' }), backup(3)],
      NOW,
    );
    expect(plan.delete).toEqual([2]);
  });

  it('keeps what has no last day', () => {
    expect(planRetention([backup(1, { expiresAt: null }), backup(2)], NOW).delete).toEqual([]);
  });

  it('keeps the newest verified backup, though newer ones are not verified', () => {
    const plan = planRetention([backup(1, { verified: true }), backup(2, { verified: true }), backup(3)], NOW);
    expect(plan.delete).toEqual([1]);
    expect(plan.keep).toContainEqual({ id: 2, reasons: ['newest verified'] });
  });

  it('keeps pinned backups', () => {
    expect(planRetention([backup(1, { pinned: true }), backup(2)], NOW).delete).toEqual([]);
  });

  it('treats schedules and types as groups of their own', () => {
    const plan = planRetention([backup(1, { scheduleId: 1 }), backup(2, { type: 'files' }), backup(3)], NOW);
    expect(plan.delete).toEqual([]);
  });

  it('keeps every backup that a kept one builds on', () => {
    const plan = planRetention([backup(1), backup(2, { parentId: 1 }), backup(3, { parentId: 2 })], NOW);
    expect(plan.delete).toEqual([]);
    expect(plan.keep).toContainEqual({ id: 1, reasons: ['needed by 2'] });
  });

  it('does not depend on the order of its input', () => {
    const backups = [backup(1), backup(2, { verified: true }), backup(3, { parentId: 1 }), backup(4)];
    expect(planRetention(backups.toReversed(), NOW)).toEqual(planRetention(backups, NOW));
  });
});
