import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { BackupError, messageOf } from '../errors/backup.error.js';
import type { BackupStorage, CreateStorage, StorageRoom, StoredObject } from './backup-storage.js';
import { assertStorageKey, assertStorageName, isStorageName } from './storage-keys.js';
import { objectMissing, storageFailed, systemCode, unusableDriver } from './storage.errors.js';

const METHODS = [
  'check',
  'room',
  'put',
  'flush',
  'get',
  'stat',
  'list',
  'listSets',
  'delete',
  'sweep',
  'deleteSet',
] as const satisfies readonly (keyof BackupStorage)[];

/** A place, and no account in it: the catalog and messages show it. */
const LOCATION = /^[a-z][a-z0-9+.-]*:\/\/[^@\s]*$/;

/**
 * A storage of the application's own, kept to its promises as far as that can be done from outside: it sees sound keys only, its
 * chunks are its own, and its errors become `BackupError`s.
 */
export class DriverStorage implements BackupStorage {
  readonly location: string;

  constructor(private readonly driver: BackupStorage) {
    this.location = driver.location;
  }

  check(): Promise<void> {
    return this.guarded(() => this.driver.check());
  }

  room(): Promise<StorageRoom | null> {
    return this.guarded(() => this.driver.room());
  }

  async put(key: string, chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<number> {
    assertStorageKey(key);
    const source = new SourceChunks(chunks, signal);
    try {
      return await this.driver.put(key, source, signal);
    } catch (error) {
      throw source.failure?.error ?? this.translate(error, signal);
    }
  }

  flush(prefix: string): Promise<void> {
    assertStorageKey(prefix);
    return this.guarded(() => this.driver.flush(prefix));
  }

  async *get(key: string, signal?: AbortSignal): AsyncIterable<Buffer> {
    assertStorageKey(key);
    try {
      for await (const chunk of this.driver.get(key, signal)) {
        signal?.throwIfAborted();
        yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
      }
    } catch (error) {
      throw isMissing(error) ? objectMissing(this.location, key) : this.translate(error, signal);
    }
  }

  async stat(key: string): Promise<StoredObject | null> {
    assertStorageKey(key);
    return this.guarded(() => this.driver.stat(key));
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    if (prefix !== '') {
      assertStorageKey(prefix);
    }
    try {
      yield* this.driver.list(prefix);
    } catch (error) {
      throw this.translate(error);
    }
  }

  async listSets(): Promise<string[]> {
    const names = await this.guarded(() => this.driver.listSets());
    return names.filter(isStorageName);
  }

  async delete(key: string): Promise<void> {
    assertStorageKey(key);
    await this.guarded(() => this.driver.delete(key));
  }

  async sweep(key: string, before: Date): Promise<void> {
    assertStorageKey(key);
    await this.guarded(() => this.driver.sweep(key, before));
  }

  async deleteSet(name: string): Promise<void> {
    assertStorageName(name);
    await this.guarded(() => this.driver.deleteSet(name));
  }

  private async guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw this.translate(error);
    }
  }

  private translate(error: unknown, signal?: AbortSignal): unknown {
    if (signal?.aborted === true) {
      return signal.reason;
    }
    return error instanceof BackupError ? error : storageFailed(this.location, error);
  }
}

/** Chunks that stay as they are when the next one is asked for; remembers why they ended early, whatever the driver makes of it. */
class SourceChunks implements AsyncIterable<Uint8Array> {
  failure: { readonly error: unknown } | null = null;

  constructor(
    private readonly chunks: AsyncIterable<Uint8Array>,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.chunks) {
        this.signal?.throwIfAborted();
        yield Buffer.from(chunk);
      }
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}

/**
 * Loads a driver's module, of CommonJS or ES without `await` at the top.
 *
 * @throws BackupError `invalid_option` when it is none
 */
export function loadStorageDriver(module: string, options: unknown): DriverStorage {
  const driver = createDriver(module, options);
  const missing = METHODS.filter((method) => typeof driver[method] !== 'function');
  if (missing.length > 0) {
    throw unusableDriver(module, `what createStorage gives has no ${missing.join(', ')}`);
  }
  if (typeof driver.location !== 'string' || !LOCATION.test(driver.location)) {
    throw unusableDriver(module, 'its location is not a URL like s3://bucket/folder, without an account');
  }
  return new DriverStorage(driver);
}

function createDriver(module: string, options: unknown): Partial<BackupStorage> & BackupStorage {
  let exported: unknown;
  try {
    exported = createRequire(import.meta.url)(fileURLToPath(module));
  } catch (error) {
    throw unusableDriver(module, `it cannot be loaded (${messageOf(error)})`, error);
  }
  const { createStorage } = exported as { readonly createStorage?: CreateStorage };
  if (typeof createStorage !== 'function') {
    throw unusableDriver(module, 'it exports no function createStorage');
  }
  try {
    return createStorage(options);
  } catch (error) {
    throw unusableDriver(module, `createStorage failed (${messageOf(error)})`, error);
  }
}

function isMissing(error: unknown): boolean {
  return systemCode(error) === 'not_found';
}
