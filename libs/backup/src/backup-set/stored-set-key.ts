import { collect, single } from '../byte-chunks.js';
import { setKeyMissing } from '../encryption/encryption.errors.js';
import { BackupError } from '../errors/backup.error.js';
import type { BackupStorage } from '../storage/backup-storage.js';

/** The set's identity, locked. Not in the manifest, since it changes when keys rotate. */
export const SET_KEY = 'key.age';

/** Writes or replaces `key.age` in one step, and makes it durable. */
export async function writeSetKey(storage: BackupStorage, set: string, sealed: Buffer): Promise<void> {
  await storage.put(`${set}/${SET_KEY}`, single(sealed));
  await storage.flush(set);
}

/** Removes what rotations that died left of another `key.age`, where nothing was written to it since then. */
export async function sweepSetKey(storage: BackupStorage, set: string, before: Date): Promise<void> {
  await storage.sweep(`${set}/${SET_KEY}`, before);
}

/** @throws BackupError `damaged` when it is gone */
export async function readSetKey(storage: BackupStorage, set: string): Promise<Buffer> {
  try {
    return await collect(storage.get(`${set}/${SET_KEY}`));
  } catch (error) {
    throw error instanceof BackupError && error.code === 'not_found' ? setKeyMissing(set) : error;
  }
}
