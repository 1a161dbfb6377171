import { randomBytes } from 'node:crypto';
import { createReadStream, renameSync } from 'node:fs';
import { access, constants, open, readdir, rename, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BackupError } from '../errors/backup.error.js';
import type { BackupStorage, StorageRoom, StoredObject } from './backup-storage.js';
import { flushFiles } from './flush-files.js';
import {
  objectMissing,
  storageFailed,
  storageFull,
  storageMissing,
  storageNotWritable,
  systemCode,
} from './storage.errors.js';
import { readInPlace } from './read-in-place.js';
import { assertStorageKey, assertStorageName, isStorageName } from './storage-keys.js';
import { writeFile } from './write-file.js';

/** Uploads in progress; a name that no set's object has. */
const PARTIAL = '.partial-';
/** Always the same name: one that a process left behind when it died goes with the next check. */
const PROBE = `${PARTIAL}check`;

/** Backup sets in a folder of this machine, or of anything mounted on it. */
export class LocalStorage implements BackupStorage {
  readonly location: string;

  /**
   * @param folder absolute path; it is never created, so that an unmounted disk is noticed
   * @param mayBlock whether the calling thread may wait for short objects, and for what it reads, as nobody is served by it:
   * handing each step to another thread takes longer than the step. What it reads is valid until it asks for more.
   */
  constructor(
    private readonly folder: string,
    private readonly mayBlock = false,
  ) {
    this.location = pathToFileURL(folder).href;
  }

  async check(): Promise<void> {
    await this.assertMounted();
    const probe = join(this.folder, PROBE);
    try {
      await access(this.folder, constants.W_OK | constants.X_OK);
      const file = await open(probe, 'w', 0o600);
      await file.close();
    } catch (error) {
      throw this.translate(error);
    } finally {
      await rm(probe, { force: true });
    }
  }

  /** As `df` counts: what is kept for the administrator is not there for others. */
  async room(): Promise<StorageRoom> {
    try {
      const { bsize, blocks, bfree, bavail } = await statfs(this.folder);
      return { freeBytes: bavail * bsize, totalBytes: (blocks - bfree + bavail) * bsize };
    } catch (error) {
      throw systemCode(error) === 'ENOENT' ? storageMissing(this.location) : this.translate(error);
    }
  }

  async put(key: string, chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<number> {
    const target = this.pathOf(key);
    const partial = `${target}${PARTIAL}${randomBytes(6).toString('hex')}`;
    try {
      const size = await writeFile(partial, chunks, this.mayBlock, signal);
      if (this.mayBlock) {
        renameSync(partial, target);
      } else {
        await rename(partial, target);
      }
      return size;
    } catch (error) {
      await rm(partial, { force: true });
      throw this.translate(error);
    }
  }

  async flush(prefix: string): Promise<void> {
    try {
      await flushFiles(this.foldersOf(prefix), this.pathOf(prefix));
    } catch (error) {
      throw this.translate(error);
    }
  }

  async *get(key: string, signal?: AbortSignal): AsyncIterable<Buffer> {
    const path = this.pathOf(key);
    try {
      if (this.mayBlock) {
        yield* readInPlace(path, signal);
        return;
      }
      for await (const chunk of createReadStream(path, { highWaterMark: 64 * 1024, signal })) {
        yield chunk as Buffer;
      }
    } catch (error) {
      if (systemCode(error) === 'ENOENT') {
        await this.assertMounted();
        throw objectMissing(this.location, key);
      }
      throw this.translate(error);
    }
  }

  async stat(key: string): Promise<StoredObject | null> {
    try {
      const entry = await stat(this.pathOf(key));
      return entry.isFile() ? { key, size: entry.size, modifiedAt: entry.mtime } : null;
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') {
        await this.assertMounted();
        return null;
      }
      throw this.translate(error);
    }
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const folder = prefix === '' ? this.folder : this.pathOf(prefix);
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') {
        return [];
      }
      throw this.translate(error);
    });
    for (const entry of entries) {
      const key = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isDirectory()) {
        yield* this.list(key);
      } else if (!entry.name.includes(PARTIAL)) {
        const found = await this.stat(key);
        if (found !== null) {
          yield found;
        }
      }
    }
  }

  async listSets(): Promise<string[]> {
    try {
      const entries = await readdir(this.folder, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory() && isStorageName(entry.name)).map((entry) => entry.name);
    } catch (error) {
      throw systemCode(error) === 'ENOENT' ? storageMissing(this.location) : this.translate(error);
    }
  }

  async delete(key: string): Promise<void> {
    const path = this.pathOf(key);
    try {
      await rm(path, { force: true });
    } catch (error) {
      throw this.translate(error);
    }
    if (key.includes('/')) {
      await rmdir(dirname(path)).catch(() => undefined);
    }
  }

  async sweep(key: string, before: Date): Promise<void> {
    const target = this.pathOf(key);
    const start = `${basename(target)}${PARTIAL}`;
    try {
      for (const name of (await namesIn(dirname(target))).filter((candidate) => candidate.startsWith(start))) {
        const remains = join(dirname(target), name);
        const found = await stat(remains).catch(() => null);
        if (found !== null && found.mtime < before) {
          await rm(remains, { force: true });
        }
      }
    } catch (error) {
      throw this.translate(error);
    }
  }

  async deleteSet(name: string): Promise<void> {
    assertStorageName(name);
    try {
      await rm(join(this.folder, name), { recursive: true, force: true });
    } catch (error) {
      throw this.translate(error);
    }
  }

  /** The folders that a key is in, which name it. */
  private foldersOf(key: string): string[] {
    const names = key.split('/');
    return names.map((_, depth) => join(this.folder, ...names.slice(0, depth)));
  }

  /** An object can only be said to be missing from a storage that is there. */
  private async assertMounted(): Promise<void> {
    const entry = await stat(this.folder).catch(() => null);
    if (entry?.isDirectory() !== true) {
      throw storageMissing(this.location);
    }
  }

  private pathOf(key: string): string {
    assertStorageKey(key);
    return join(this.folder, key);
  }

  private translate(error: unknown): unknown {
    if (error instanceof BackupError || (error instanceof Error && error.name === 'AbortError')) {
      return error;
    }
    switch (systemCode(error)) {
      case 'ENOSPC':
      case 'EDQUOT':
        return storageFull(this.location, error);
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
        return storageNotWritable(this.location, error);
      default:
        return storageFailed(this.location, error);
    }
  }
}

/** None where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return [];
    }
    throw error;
  }
}
