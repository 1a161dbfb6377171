import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './storage.errors.js';

const FLUSH_AT_ONCE = 16;

/** Makes folders, and a file or a folder with all that is in it, survive a power cut. */
export async function flushFiles(folders: readonly string[], path: string): Promise<void> {
  const next = [...folders, ...(await pathsBelow(path))].values();
  await Promise.all(Array.from({ length: FLUSH_AT_ONCE }, () => syncAll(next)));
}

/** A file, or a folder with all that is in it. */
async function pathsBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOTDIR') {
      return [];
    }
    throw error;
  });
  return [path, ...entries.map((entry) => join(entry.parentPath, entry.name))];
}

async function syncAll(paths: Iterable<string>): Promise<void> {
  for (const path of paths) {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
