import type { BackupModuleOptions } from '@app/backup';
import { generateIdentity, identityFile, type NewIdentity } from '../../libs/backup/src/encryption/identities.js';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Site } from '../support/bad-input-site.js';

const execute = promisify(execFile);

/** An age identity in a file, as its owner keeps it. */
export interface KeyFile extends NewIdentity {
  readonly path: string;
}

/** A folder for identities. */
export interface KeyFolder {
  readonly path: string;
  /** Makes an identity and writes it to a file of this name. */
  make(name: string): Promise<KeyFile>;
  remove(): Promise<void>;
}

export async function createKeyFolder(): Promise<KeyFolder> {
  const path = await mkdtemp(join(tmpdir(), 'nestjs-backup-keys-'));
  return {
    path,
    async make(name) {
      const identity = await generateIdentity(false);
      const file = join(path, `${name}.txt`);
      await writeFile(file, identityFile(identity, new Date()), { mode: 0o600 });
      return { ...identity, path: file };
    },
    remove: () => rm(path, { recursive: true }),
  };
}

/** A shop whose backups are encrypted to one owner, who is there to open them. */
export function openEncryptedSite(owner: KeyFile, more: Partial<BackupModuleOptions> = {}): Promise<Site> {
  return Site.open({ encryption: { key: [owner.recipient], identities: { file: owner.path } }, ...more });
}

/** What `age -d` makes of a file. */
export async function openWithAge(identityPath: string, path: string): Promise<Buffer> {
  const { stdout } = await execute('age', ['-d', '-i', identityPath, path], {
    encoding: 'buffer',
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** Keys of everything in a set, sorted. */
export async function keysOf(site: Site, set: string): Promise<string[]> {
  const entries = await readdir(site.path(set), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(site.path(set).length + 1))
    .sort();
}
