import { BackupError } from '../errors/backup.error.js';

export function setBeingRead(backup: string): BackupError {
  return new BackupError(
    'busy',
    `${backup} is being read, by a restore, a verification, a download or a rotation of keys: it can be deleted when that is over.`,
  );
}

export function noPlaceToRead(set: string): BackupError {
  return new BackupError(
    'busy',
    `${set} is being deleted, or read by as many others as can read it at once: try again later.`,
  );
}
