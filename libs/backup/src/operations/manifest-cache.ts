import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { StoredManifest } from '../backup-set/backup-set.js';
import { manifestSchema, type Manifest } from '../backup-set/manifest.js';
import { SET_NAME } from '../backup-set/set-name.js';
import { BackupError, messageOf } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';

const cachedManifest = z.strictObject({
  /** Of the manifest as it is stored. */
  sha256: z.string(),
  /** Of the manifest here. */
  plainSha256: z.string(),
  manifest: manifestSchema,
});

const SUFFIX = '.json';

/**
 * Manifests of encrypted sets in plain text, and indexes of their file roots, in a private folder of this host: what
 * incrementals build on where there are public keys only. They name tables and files and hold keys of rows, so nobody else
 * may read the folder.
 */
@Injectable()
export class ManifestCache {
  constructor(private readonly environment: BackupEnvironment) {}

  /**
   * The manifest of a set, or null when it is not here.
   *
   * @param sha256 of the manifest as stored, as the catalog says: another one is not believed
   */
  async get(set: string, sha256: string): Promise<Manifest | null> {
    const { cache } = this.environment.options;
    if (cache === null) {
      return null;
    }
    try {
      const content: unknown = JSON.parse(await readFile(join(cache, `${set}${SUFFIX}`), 'utf8'));
      const { data } = cachedManifest.safeParse(content);
      const isMeant = data?.sha256 === sha256 && data.manifest.name === set;
      return isMeant && data.plainSha256 === hashOf(data.manifest) ? data.manifest : null;
    } catch {
      // whatever it is that cannot be read, it is as good as not there
      return null;
    }
  }

  /** @throws BackupError `storage_failed` */
  async put(stored: StoredManifest): Promise<void> {
    const { cache } = this.environment.options;
    if (cache === null || stored.manifest.encryption === null) {
      return;
    }
    await this.check();
    const manifest = manifestSchema.parse(stored.manifest);
    const content = { sha256: stored.sha256, plainSha256: hashOf(manifest), manifest };
    const path = join(cache, `${manifest.name}${SUFFIX}`);
    const unfinished = `${path}.${randomBytes(4).toString('hex')}`;
    try {
      await writeFile(unfinished, JSON.stringify(content), { mode: 0o600, flag: 'wx' });
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw cacheUnusable(cache, messageOf(error), error);
    }
  }

  /** Where the copy of an index of a file root is kept, by the root's folder in its set; null: nothing is kept. */
  indexPath(set: string, folder: string): string | null {
    const { cache } = this.environment.options;
    return cache === null ? null : join(cache, `${set}.${folder.replace('/', '.')}.jsonl.zst`);
  }

  /** Makes the folder, or makes sure that it is private. @throws BackupError `storage_failed` */
  async check(): Promise<void> {
    const { cache } = this.environment.options;
    if (cache === null) {
      return;
    }
    let mode: number;
    try {
      await mkdir(cache, { recursive: true, mode: 0o700 });
      ({ mode } = await stat(cache));
    } catch (error) {
      throw cacheUnusable(cache, messageOf(error), error);
    }
    if ((mode & 0o077) !== 0) {
      throw cacheUnusable(cache, 'other users can read it: run chmod 700 on it', null);
    }
  }

  /** Lets go of all manifests but those of these sets. */
  async retain(sets: ReadonlySet<string>): Promise<void> {
    const { cache } = this.environment.options;
    const names = cache === null ? [] : await readdir(cache).catch(() => []);
    for (const name of names) {
      const set = name.split('.', 1)[0];
      if (cache !== null && SET_NAME.test(set) && !sets.has(set)) {
        await rm(join(cache, name), { force: true });
      }
    }
  }
}

/** @param manifest in the order of its schema */
function hashOf(manifest: Manifest): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
}

function cacheUnusable(folder: string, reason: string, cause: unknown): BackupError {
  return new BackupError('storage_failed', `The cache folder ${folder} cannot be used: ${reason}.`, { cause });
}
