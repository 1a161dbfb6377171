import { BackupStatus, OperationStatus } from '../../catalog/catalog.types.js';
import type { BackupHistory } from '../../catalog/entities/backup-history.entity.js';
import type { BackupSchedule } from '../../catalog/entities/backup-schedule.entity.js';
import type { OperationSummary } from '../../catalog/repositories/operation-records.js';
import type { EncryptionKey } from '../../operations/encryption-keys.js';

/** Where on the command line something is completed. */
export interface CompletedPlace {
  /** `backup:key rotate` */
  readonly command: string;
  /** `--to` */
  readonly flag: string;
  /** Whether a restore is to be taken back rather than made. */
  readonly isUndo: boolean;
}

/** @param words the command with its subcommand and the flag, then what was typed: as completion scripts give them */
export function completedPlace(words: readonly string[]): CompletedPlace {
  const end = words.findIndex((word) => word.startsWith('--'));
  const [command, [flag = '', ...typed]] =
    end === -1 ? [words.join(' '), []] : [words.slice(0, end).join(' '), words.slice(end)];
  return { command, flag, isUndo: typed.includes('--undo') };
}

/** Commands that read a backup's set. */
const READING: readonly string[] = ['backup:verify', 'backup:preview', 'backup:restore', 'backup:operation prepare'];

/** Whether a command takes a backup, as far as its row says; whether it can be undone or deleted depends on more. */
export function takesBackup({ command }: CompletedPlace, { status, pinned }: BackupHistory): boolean {
  const isCompleted = status === BackupStatus.COMPLETED;
  switch (command) {
    case 'backup:pin':
      return isCompleted && !pinned;
    case 'backup:unpin':
      return pinned;
    case 'backup:delete':
      return (isCompleted || status === BackupStatus.FAILED) && !pinned;
    default:
      return isCompleted || !READING.includes(command);
  }
}

export function takesSchedule({ command }: CompletedPlace, { isActive }: BackupSchedule): boolean {
  switch (command) {
    case 'backup:schedule pause':
      return isActive;
    case 'backup:schedule resume':
      return !isActive;
    default:
      return true;
  }
}

/** Only the backups of a key that is rotated may have one that is retired. */
export function takesKey({ flag }: CompletedPlace, { retiredAt, backups }: EncryptionKey): boolean {
  return flag === '--from' ? backups > 0 : retiredAt === null;
}

export function takesOperation({ command }: CompletedPlace, { status }: OperationSummary): boolean {
  switch (command) {
    case 'backup:operation change':
    case 'backup:operation confirm':
      return status === OperationStatus.SETTING_UI;
    case 'backup:operation cancel':
      return status < OperationStatus.FINISHED_ERR;
    default:
      return true;
  }
}
