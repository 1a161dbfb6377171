import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILES = 300;
const BYTES = 40_000;
/** Files that change between two backups, and new ones. */
const CHANGED = 5;
/** Where a restore keeps what it replaced, for as long as it can be taken back. */
const UNDO = '.nestjs-backup-undo-';

/**
 * Fills a folder with what users have uploaded, the same bytes each time.
 *
 * @param {string} folder
 */
export async function makeUploads(folder) {
  for (let number = 0; number < FILES; number += 1) {
    const month = join(folder, '2026', String(1 + (number % 12)).padStart(2, '0'));
    await mkdir(month, { recursive: true });
    await writeUpload(join(month, `scan-${number}.jpg`), number);
  }
}

/**
 * Replaces some files, and adds as many.
 *
 * @param {string} folder
 */
export async function changeUploads(folder) {
  for (let number = 0; number < CHANGED; number += 1) {
    await writeUpload(join(folder, '2026/01', `scan-${number * 12}.jpg`), FILES + number);
    await writeUpload(join(folder, '2026/12', `letter-${number}.jpg`), FILES + CHANGED + number);
  }
  return { replaced: CHANGED, added: CHANGED };
}

/**
 * Permissions, time and content of every file, by its path.
 *
 * @param {string} folder
 * @returns {Promise<ReadonlyMap<string, string>>}
 */
export async function uploadsFingerprint(folder) {
  /** @type {Map<string, string>} */
  const files = new Map();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if (path.includes(UNDO)) continue;
    const { mode, mtimeMs } = await stat(path);
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    files.set(path.slice(folder.length + 1), `${mode} ${mtimeMs.toFixed(0)} ${sha256}`);
  }
  return files;
}

/**
 * Bytes that look like a picture's: no compression makes them smaller.
 *
 * @param {string} path
 * @param {number} seed
 */
async function writeUpload(path, seed) {
  const blocks = Array.from({ length: BYTES / 64 }, (_, block) =>
    createHash('sha512').update(`${seed} ${block}`).digest(),
  );
  await writeFile(path, Buffer.concat(blocks), { mode: 0o640 });
  const time = new Date(Date.UTC(2026, seed % 12, 1 + (seed % 28)));
  await utimes(path, time, time);
}
