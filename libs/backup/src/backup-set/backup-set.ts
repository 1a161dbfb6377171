import { createHash, randomBytes } from 'node:crypto';
import { collect, single } from '../byte-chunks.js';
import { decryptBytes, encryptBytes } from '../encryption/age-file.js';
import { DamagedFileError, NoMatchingIdentityError } from '../encryption/encryption.errors.js';
import { BackupError } from '../errors/backup.error.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import {
  formatTooNew,
  invalidSetName,
  manifestAltered,
  manifestAmbiguous,
  manifestDowngraded,
  manifestUnreadable,
  setMissing,
} from './backup-set.errors.js';
import { FORMAT_VERSION, manifestSchema, type Manifest } from './manifest.js';
import { SET_NAME } from './set-name.js';
import { SET_KEY } from './stored-set-key.js';

const MANIFEST = 'manifest.json';
const ENCRYPTED_MANIFEST = 'manifest.json.age';

/** A manifest as it stands in storage: authentic where the catalog knew its checksum, and perhaps encrypted. */
export interface ManifestBytes {
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** A manifest, with the SHA-256 and size of its bytes as stored. */
export interface StoredManifest {
  readonly manifest: Manifest;
  readonly sha256: string;
  readonly size: number;
}

/** A manifest that is about to be stored. */
export interface SealedManifest extends StoredManifest {
  readonly bytes: Buffer;
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

/** @param recipient the set's own, or null when it is not encrypted */
export async function sealManifest(manifest: Manifest, recipient: string | null): Promise<SealedManifest> {
  const plain = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
  const bytes = recipient === null ? plain : await encryptBytes([recipient], plain);
  return { manifest, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
}

/** Writes the manifest: from this moment on the set exists. */
export async function commitManifest(storage: BackupStorage, { manifest, bytes }: SealedManifest): Promise<void> {
  await storage.flush(manifest.name);
  const key = manifestKey(manifest.name, manifest.encryption !== null);
  await storage.put(key, single(bytes));
  await storage.flush(key);
}

/**
 * Reads a set's manifest as it is stored.
 *
 * @param expectedSha256 the catalog's checksum; null trusts the storage
 * @throws BackupError `damaged` or `invalid_name`
 */
export async function readManifestBytes(
  storage: BackupStorage,
  name: string,
  isEncrypted: boolean,
  expectedSha256: string | null,
): Promise<ManifestBytes> {
  assertSetName(name);
  const bytes = await readAll(storage, name, isEncrypted);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (expectedSha256 !== null && sha256 !== expectedSha256) {
    throw manifestAltered(name);
  }
  return { bytes, sha256 };
}

/**
 * Decrypts and validates a manifest.
 *
 * @param identity the set's own, or null when it is not encrypted
 * @throws BackupError `damaged` or `format_unsupported`
 */
export async function openManifest(
  name: string,
  { bytes, sha256 }: ManifestBytes,
  identity: string | null,
): Promise<StoredManifest> {
  const manifest = parseManifest(name, identity === null ? bytes : await decrypt(name, bytes, identity));
  if ((manifest.encryption !== null) !== (identity !== null)) {
    throw manifestAmbiguous(name);
  }
  return { manifest, sha256, size: bytes.length };
}

/** How a manifest is stored. */
export type ManifestKind = 'plain' | 'encrypted';

/**
 * How a set's manifest is stored, or null when there is none: the set is not complete.
 *
 * @throws BackupError `damaged` when it looks both encrypted and not
 */
export async function findManifest(storage: BackupStorage, name: string): Promise<ManifestKind | null> {
  assertSetName(name);
  const isThere = async (key: string): Promise<boolean> => (await storage.stat(`${name}/${key}`)) !== null;
  const [plain, encrypted, key] = await Promise.all([isThere(MANIFEST), isThere(ENCRYPTED_MANIFEST), isThere(SET_KEY)]);
  if (plain && (encrypted || key)) {
    throw manifestAmbiguous(name);
  }
  if (plain) {
    return 'plain';
  }
  return encrypted ? 'encrypted' : null;
}

/**
 * A manifest that a set has, though it may not be one that can be right; null when there is none: the set is not complete.
 *
 * @param likely what is asked for first: in most storages all sets are of one kind
 */
export async function anyManifest(
  storage: BackupStorage,
  name: string,
  likely: ManifestKind = 'plain',
): Promise<ManifestKind | null> {
  assertSetName(name);
  const kinds: readonly ManifestKind[] = likely === 'plain' ? ['plain', 'encrypted'] : ['encrypted', 'plain'];
  for (const kind of kinds) {
    if ((await storage.stat(manifestKey(name, kind === 'encrypted'))) !== null) {
      return kind;
    }
  }
  return null;
}

/** Whether the set is complete. */
export async function setExists(storage: BackupStorage, name: string): Promise<boolean> {
  return (await anyManifest(storage, name)) !== null;
}

/** Removes a set, manifest first, so that an interrupted removal leaves no set that looks complete. */
export async function removeSet(storage: BackupStorage, name: string): Promise<void> {
  assertSetName(name);
  await storage.delete(manifestKey(name, false));
  await storage.delete(manifestKey(name, true));
  await storage.deleteSet(name);
}

function manifestKey(name: string, isEncrypted: boolean): string {
  return `${name}/${isEncrypted ? ENCRYPTED_MANIFEST : MANIFEST}`;
}

async function decrypt(name: string, bytes: Buffer, identity: string): Promise<Buffer> {
  try {
    return await decryptBytes([identity], bytes);
  } catch (error) {
    if (error instanceof DamagedFileError) {
      throw manifestUnreadable(name, `it ${error.reason}`, error);
    }
    throw error instanceof NoMatchingIdentityError
      ? manifestUnreadable(name, 'it was encrypted for another set, or has an altered header', error)
      : error;
  }
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

async function readAll(storage: BackupStorage, name: string, isEncrypted: boolean): Promise<Buffer> {
  try {
    return await collect(storage.get(manifestKey(name, isEncrypted)));
  } catch (error) {
    if (error instanceof BackupError && error.code === 'not_found') {
      const isDowngraded = isEncrypted && (await storage.stat(manifestKey(name, false))) !== null;
      throw isDowngraded ? manifestDowngraded(name, storage.location) : setMissing(name, storage.location);
    }
    throw error;
  }
}
