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
 * Where backup sets are kept. Keys are relative, `/`-separated, and made of `[A-Za-z0-9._=-]` only; a driver refuses
 * any other. Implementations throw `BackupError` with a `storage_*` code, or `not_found` for a key that is not there.
 */
export interface BackupStorage {
  /** Driver and place, without secrets: `file:///var/backups`. */
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

  /** Makes everything put under the prefix so far survive a power cut. Drivers whose `put` does that do nothing. */
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

  /** Removes what is left of a set when its objects are gone: empty folders, unfinished uploads. */
  deleteSet(name: string): Promise<void>;
}

/** How a worker thread builds the same storage again: plain data. */
export interface StorageConfiguration {
  readonly driver: 'local';
  /** Absolute path of the folder. */
  readonly folder: string;
}
