import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchFolder } from './watchdog.js';

/**
 * Does the work in a new temporary folder, which is gone afterwards, also when this process is killed. The work may
 * rename it into something that stays.
 *
 * @template T
 * @param {string} name says what the folder is for
 * @param {(folder: string) => Promise<T>} work
 * @param {string} [parent] folder where it is made; default: the system's for temporary files
 * @returns {Promise<T>}
 */
export async function inTemporaryFolder(name, work, parent = tmpdir()) {
  const folder = await mkdtemp(join(parent, `nestjs-backup-${name}-`));
  const watchdog = watchFolder(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    watchdog.release();
  }
}
