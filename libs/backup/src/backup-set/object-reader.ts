import { createHash } from 'node:crypto';
import { decryptFile } from '../encryption/age-file.js';
import { DamagedFileError, NoMatchingIdentityError } from '../encryption/encryption.errors.js';
import { BackupError } from '../errors/backup.error.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { objectDamaged } from './backup-set.errors.js';
import { compressionOf, decompress } from './compression.js';
import { isEncrypted } from './object-format.js';
import { placeOf, type HeldObject } from './set-objects.js';

/**
 * Reads an object of a set, decrypted and decompressed, and checks sizes and both hashes against the manifest's record.
 * The check ends with the last byte: a consumer that acts on bytes before must be able to take that back.
 *
 * @param identity of the set that holds it, or null when that is not encrypted
 * @param frameLimit plain bytes of a frame at most, where less is known of them than that they fit into the object
 * @throws BackupError `damaged` naming the object, or a `storage_*` error
 */
export async function readObject(
  storage: BackupStorage,
  record: HeldObject,
  identity: string | null,
  consume: (chunk: Buffer) => Promise<void> | void,
  signal?: AbortSignal,
  frameLimit = record.plainSize,
): Promise<void> {
  const storedHash = createHash('sha256');
  const plainHash = createHash('sha256');
  let storedSize = 0;
  let plainSize = 0;
  let consuming = false;

  async function* stored(): AsyncIterable<Buffer> {
    for await (const chunk of storage.get(placeOf(record), signal)) {
      storedHash.update(chunk);
      storedSize += chunk.length;
      yield chunk;
    }
    if (storedSize !== record.size) {
      throw objectDamaged(
        record.set,
        record.key,
        `is ${String(storedSize)} bytes long instead of ${String(record.size)}`,
      );
    }
    if (storedHash.digest('hex') !== record.sha256) {
      throw objectChanged(record);
    }
  }

  try {
    const compressed = isEncrypted(record.key) ? decryptFile(identity === null ? [] : [identity], stored()) : stored();
    for await (const chunk of decompress(
      compressionOf(record.key),
      compressed,
      Math.min(frameLimit, record.plainSize),
    )) {
      signal?.throwIfAborted();
      plainSize += chunk.length;
      if (plainSize > record.plainSize) {
        throw objectDamaged(record.set, record.key, 'holds more than the manifest says');
      }
      plainHash.update(chunk);
      consuming = true;
      await consume(chunk);
      consuming = false;
    }
  } catch (error) {
    const failure = consuming ? error : translate(error, record, signal);
    // what age finds wrong is said more exactly than by a hash
    const isUnexplained = signal?.aborted !== true && !isRefusedByAge(error);
    throw isUnexplained && (await hasChanged(storage, record)) ? objectChanged(record, failure) : failure;
  }
  if (plainSize !== record.plainSize || plainHash.digest('hex') !== record.plainSha256) {
    throw objectDamaged(record.set, record.key, 'does not hold what was written');
  }
}

/**
 * Damaged bytes go to the consumer before the hash at their end is known: whatever fails because of them, the damage is
 * what has to be told.
 */
async function hasChanged(storage: BackupStorage, record: HeldObject): Promise<boolean> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of storage.get(placeOf(record))) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch {
    return false;
  }
  return size === record.size && hash.digest('hex') !== record.sha256;
}

function objectChanged(record: HeldObject, cause?: unknown): BackupError {
  return objectDamaged(record.set, record.key, 'has changed since it was written', cause);
}

/** What goes wrong while reading is the storage's fault or damage to the object. */
function translate(error: unknown, record: HeldObject, signal: AbortSignal | undefined): unknown {
  if (error instanceof BackupError) {
    return error.code === 'not_found' ? objectDamaged(record.set, record.key, 'is missing', error) : error;
  }
  if (error instanceof DamagedFileError) {
    return objectDamaged(record.set, record.key, error.reason, error);
  }
  if (error instanceof NoMatchingIdentityError) {
    return objectDamaged(record.set, record.key, 'was encrypted for another set, or has an altered header', error);
  }
  return signal?.aborted === true ? error : objectDamaged(record.set, record.key, 'cannot be decompressed', error);
}

function isRefusedByAge(error: unknown): boolean {
  return error instanceof DamagedFileError || error instanceof NoMatchingIdentityError;
}
