/** What storage knows about an object. */
export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly modifiedAt: Date;
}

/** What a storage can hold, bytes. */
export interface StorageRoom {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/**
 * Where backup sets are kept. Keys are relative, `/`-separated, and made of `[A-Za-z0-9._=-]` only, 255 letters a name; a
 * driver never sees any other. What it throws with a `code` of `not_found` says that there is no such object; any other
 * error becomes `storage_failed`, unless it is a `BackupError` already.
 */
export interface BackupStorage {
  /** Driver and place, without secrets: `file:///var/backups`. Always the same for the same place: the catalog records it. */
  readonly location: string;

  /** Fails when the storage cannot be used for writing: missing, not writable. Leaves nothing behind. */
  check(): Promise<void>;

  /** How much room there is; null where that cannot be known, or has no limit. */
  room(): Promise<StorageRoom | null>;

  /**
   * Writes an object. It appears under its key when it is complete, or not at all; an aborted or failed call leaves
   * nothing under the key. An existing object is replaced. A chunk may be used until the next one is asked for, and not
   * after. Gives the bytes written.
   */
  put(key: string, chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<number>;

  /**
   * Makes everything put under the prefix so far, a set's name or an object's key, survive a power cut. Drivers whose `put` does
   * that do nothing.
   */
  flush(prefix: string): Promise<void>;

  /** Reads an object from its first byte. */
  get(key: string, signal?: AbortSignal): AsyncIterable<Buffer>;

  /** What is under the key, or null. */
  stat(key: string): Promise<StoredObject | null>;

  /** The objects whose key starts with the prefix folder (`''` for all), in no particular order. */
  list(prefix: string): AsyncIterable<StoredObject>;

  /** The names directly below the top: backup sets. */
  listSets(): Promise<string[]>;

  /** Removes an object; it is no error when there is none. */
  delete(key: string): Promise<void>;

  /**
   * Removes what processes that died left of uploads of an object: those that nothing was written to since then. The object itself
   * stays, and need not be there. Drivers whose `put` leaves nothing do nothing.
   */
  sweep(key: string, before: Date): Promise<void>;

  /** Removes what is left of a set when its objects are gone: empty folders, unfinished uploads. */
  deleteSet(name: string): Promise<void>;
}

/** How a worker thread builds the same storage again: plain data. */
export type StorageConfiguration =
  | {
      readonly driver: 'local';
      /** Absolute path of the folder. */
      readonly folder: string;
    }
  | {
      readonly driver: 'module';
      /** `file:` URL of an ES module that exports a {@link CreateStorage} named `createStorage`. */
      readonly module: string;
      readonly options: unknown;
    };

/**
 * What the module of a driver exports as `createStorage`. It is called once in the application and once in each engine
 * thread, must not wait for anything (connect when the first object is asked for), and is given the driver's options.
 */
export type CreateStorage<Options = unknown> = (options: Options) => BackupStorage;

/** A storage of the application's own. */
export interface StorageDriver {
  /**
   * Where the driver's module is, a `file:` URL: `new URL('./my-storage.js', import.meta.url)`, or
   * `import.meta.resolve('my-storage')` for an installed package. It may not use `await` at its top level.
   */
  readonly module: string | URL;
  /** What its `createStorage` is given: data that can be cloned, as engine threads get a copy. Default: undefined. */
  readonly options?: unknown;
}
