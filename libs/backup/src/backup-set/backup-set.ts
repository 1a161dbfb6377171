import { createHash, randomBytes } from 'node:crypto';
import { BackupError } from '../errors/backup.error.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { formatTooNew, invalidSetName, manifestAltered, manifestUnreadable, setMissing } from './backup-set.errors.js';
import { FORMAT_VERSION, manifestSchema, SET_NAME, type Manifest } from './manifest.js';

export const MANIFEST = 'manifest.json';

/** A manifest as found in storage, with the SHA-256 of its bytes. */
export interface StoredManifest {
  readonly manifest: Manifest;
  readonly sha256: string;
  readonly size: number;
}

export function newSetName(type: string, now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${type}-${randomBytes(3).toString('hex')}`;
}

/** Throws `invalid_name` unless the name could have been made by {@link newSetName}. */
export function assertSetName(name: string): void {
  if (!SET_NAME.test(name)) {
    throw invalidSetName(name);
  }
}

/** Writes the manifest: from this moment on the set exists. */
export async function commitManifest(storage: BackupStorage, manifest: Manifest): Promise<StoredManifest> {
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
  await storage.flush(manifest.name);
  await storage.put(`${manifest.name}/${MANIFEST}`, single(bytes));
  await storage.flush(manifest.name);
  return { manifest, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
}

/**
 * Reads and validates a set's manifest.
 *
 * @param expectedSha256 the catalog's checksum; null trusts the storage
 * @throws BackupError `damaged`, `format_unsupported` or `invalid_name`
 */
export async function readManifest(
  storage: BackupStorage,
  name: string,
  expectedSha256: string | null,
): Promise<StoredManifest> {
  assertSetName(name);
  const bytes = await readAll(storage, name);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (expectedSha256 !== null && sha256 !== expectedSha256) {
    throw manifestAltered(name);
  }
  return { manifest: parseManifest(name, bytes), sha256, size: bytes.length };
}

/** Whether the set is complete: its manifest is there. */
export async function setExists(storage: BackupStorage, name: string): Promise<boolean> {
  assertSetName(name);
  return (await storage.stat(`${name}/${MANIFEST}`)) !== null;
}

/** Removes a set, manifest first, so that an interrupted removal leaves no set that looks complete. */
export async function removeSet(storage: BackupStorage, name: string): Promise<void> {
  assertSetName(name);
  await storage.delete(`${name}/${MANIFEST}`);
  await storage.deleteSet(name);
}

function parseManifest(name: string, bytes: Buffer): Manifest {
  let content: unknown;
  try {
    content = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw manifestUnreadable(name, 'it is no JSON', error);
  }
  const version = formatVersion(content);
  if (version !== null && version > FORMAT_VERSION) {
    throw formatTooNew(name, version, FORMAT_VERSION);
  }
  const result = manifestSchema.safeParse(content);
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
    throw manifestUnreadable(name, `${place}${issue.message}`, result.error);
  }
  if (result.data.name !== name) {
    throw manifestUnreadable(name, `it belongs to ${result.data.name}`, null);
  }
  return result.data;
}

function formatVersion(content: unknown): number | null {
  return typeof content === 'object' &&
    content !== null &&
    'formatVersion' in content &&
    typeof content.formatVersion === 'number'
    ? content.formatVersion
    : null;
}

async function readAll(storage: BackupStorage, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of storage.get(`${name}/${MANIFEST}`)) {
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof BackupError && error.code === 'not_found' ? setMissing(name, storage.location) : error;
  }
  return Buffer.concat(chunks);
}

async function* single(bytes: Buffer): AsyncIterable<Buffer> {
  yield await Promise.resolve(bytes);
}
