import type { BackupStorage } from '../storage/backup-storage.js';
import type { ObjectRecord } from './manifest.js';

/** Bytes of an object from which on it is worth a flush of its own. */
const LARGE = 1024 * 1024;

/** Has the storage flush the objects of a set while others are still written, so that little is left to wait for at the end. */
export class FlushAhead {
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly storage: BackupStorage,
    private readonly set: string,
  ) {}

  /** Takes objects that are complete; those of other sets are left alone. */
  readonly add = (objects: readonly (ObjectRecord & { readonly set?: string })[]): void => {
    for (const { key } of objects.filter(({ set, size }) => set === undefined && size >= LARGE)) {
      this.last = this.last.then(() => this.storage.flush(`${this.set}/${key}`));
    }
    // done() reports the failure
    this.last.catch(() => undefined);
  };

  /** @throws BackupError when one could not be flushed */
  done(): Promise<void> {
    return this.last;
  }
}
