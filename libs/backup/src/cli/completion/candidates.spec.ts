import { BackupStatus, OperationStatus } from '../../catalog/catalog.types.js';
import type { BackupHistory } from '../../catalog/entities/backup-history.entity.js';
import type { BackupSchedule } from '../../catalog/entities/backup-schedule.entity.js';
import type { OperationSummary } from '../../catalog/repositories/operation-records.js';
import type { EncryptionKey } from '../../operations/encryption-keys.js';
import { completedPlace, takesBackup, takesKey, takesOperation, takesSchedule } from './candidates.js';

const BACKUPS = [
  { id: 5, status: BackupStatus.RUNNING, pinned: false },
  { id: 4, status: BackupStatus.DELETED, pinned: false },
  { id: 3, status: BackupStatus.FAILED, pinned: false },
  { id: 2, status: BackupStatus.COMPLETED, pinned: true },
  { id: 1, status: BackupStatus.COMPLETED, pinned: false },
] as BackupHistory[];

describe('What a shell offers', () => {
  it.each([
    [
      ['backup:show', '--id'],
      [5, 4, 3, 2, 1],
    ],
    [
      ['backup:logs', '--id', 'host', 'backup:logs', '--undo'],
      [5, 4, 3, 2, 1],
    ],
    [
      ['backup:verify', '--id'],
      [2, 1],
    ],
    [
      ['backup:restore', '--id'],
      [2, 1],
    ],
    [
      ['backup:operation', 'prepare', '--backup'],
      [2, 1],
    ],
    [['backup:pin', '--id'], [1]],
    [['backup:unpin', '--id'], [2]],
    [
      ['backup:delete', '--id'],
      [3, 1],
    ],
    [[], [5, 4, 3, 2, 1]],
  ])('behind %j are the backups that it takes', (words, ids) => {
    const place = completedPlace(words);
    expect(BACKUPS.filter((backup) => takesBackup(place, backup)).map(({ id }) => id)).toEqual(ids);
  });

  it('behind a restore that is taken back is said so', () => {
    const words = ['backup:restore', '--id', 'host', 'backup:restore', '--undo', '--id='];
    expect(completedPlace(words)).toEqual({ command: 'backup:restore', flag: '--id', isUndo: true });
    expect(completedPlace(words.slice(0, 4)).isUndo).toBe(false);
  });

  it.each([
    ['backup:schedule pause', [1]],
    ['backup:schedule resume', [2]],
    ['backup:schedule edit', [1, 2]],
  ])('behind %s are the schedules that it takes', (command, ids) => {
    const place = completedPlace([...command.split(' '), '--id']);
    const schedules = [
      { id: 1, isActive: true },
      { id: 2, isActive: false },
    ] as BackupSchedule[];
    expect(schedules.filter((schedule) => takesSchedule(place, schedule)).map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    ['backup:create --key', [1, 3]],
    ['backup:key retire --key', [1, 3]],
    ['backup:key rotate --from', [1, 2]],
    ['backup:key rotate --to', [1, 3]],
  ])('behind %s are the keys that it takes', (words, ids) => {
    const place = completedPlace(words.split(' '));
    const keys = [
      { id: 1, retiredAt: null, backups: 2 },
      { id: 2, retiredAt: new Date(), backups: 2 },
      { id: 3, retiredAt: null, backups: 0 },
    ] as EncryptionKey[];
    expect(keys.filter((key) => takesKey(place, key)).map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    ['backup:operation confirm', ['waits']],
    ['backup:operation change', ['waits']],
    ['backup:operation cancel', ['waits', 'runs']],
    ['backup:operation show', ['waits', 'runs', 'failed', 'done']],
  ])('behind %s are the operations that it takes', (command, ids) => {
    const place = completedPlace([...command.split(' '), '--id']);
    const operations = [
      { backupid: 'waits', status: OperationStatus.SETTING_UI },
      { backupid: 'runs', status: OperationStatus.EXECUTING },
      { backupid: 'failed', status: OperationStatus.FINISHED_ERR },
      { backupid: 'done', status: OperationStatus.FINISHED_OK },
    ] as OperationSummary[];
    expect(operations.filter((each) => takesOperation(place, each)).map(({ backupid }) => backupid)).toEqual(ids);
  });
});
