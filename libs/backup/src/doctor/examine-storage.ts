import { randomBytes } from 'node:crypto';
import { collect, single } from '../byte-chunks.js';
import { BackupError } from '../errors/backup.error.js';
import { formatBytes } from '../format.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { failure, fine, type DoctorLine } from './doctor-report.js';

const PROBE_BYTES = 64 * 1024;

/** Writes an object, reads it back, and deletes it. */
export async function examineStorage(storage: BackupStorage): Promise<readonly DoctorLine[]> {
  try {
    await storage.check();
    await writeReadDelete(storage);
  } catch (error) {
    return [failure('storage', error)];
  }
  const room = await storage.room();
  return [
    fine('storage', `${storage.location} can be written, read and deleted from.`),
    fine(
      'space',
      room === null
        ? 'The storage does not tell how much room there is.'
        : `${formatBytes(room.freeBytes)} of ${formatBytes(room.totalBytes)} are free in the storage.`,
    ),
  ];
}

/** @throws BackupError when what is read is not what was written */
async function writeReadDelete(storage: BackupStorage): Promise<void> {
  // a name of its own: several doctors may be at work
  const key = `doctor-${randomBytes(8).toString('hex')}`;
  const written = randomBytes(PROBE_BYTES);
  try {
    await storage.put(key, single(written));
    if (!(await collect(storage.get(key))).equals(written)) {
      throw new BackupError(
        'storage_failed',
        `The storage ${storage.location} gave back other bytes than were written: use another disk, and verify the backups.`,
      );
    }
  } finally {
    await storage.delete(key);
  }
}
