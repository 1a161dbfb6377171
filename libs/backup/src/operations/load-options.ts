import type { EngineLoad } from '../engine/thread-messages.js';
import { newRateLimit } from '../engine/pace.js';
import { BackupError } from '../errors/backup.error.js';

/** How much of the machine and the database server an operation may use. */
export interface LoadOptions {
  /**
   * Megabytes (1,000,000 bytes) a second, over all threads together: of rows read and written, as SQL, and of files,
   * both before compression. A restore reads each row again to prove it, which counts as well. Default: no limit.
   */
  readonly maxRate?: number;
  /** 0 to 19: how far the engine's threads stand back behind other work on this machine; Linux only. Default: 0. */
  readonly nice?: number;
}

const MOST_NICE = 19;
const MEGABYTE = 1_000_000;

/** @throws BackupError `invalid_option` */
export function engineLoad({ maxRate, nice = 0 }: LoadOptions, platform = process.platform): EngineLoad {
  if (maxRate !== undefined && !(Number.isFinite(maxRate) && maxRate > 0)) {
    throw new BackupError(
      'invalid_option',
      `${String(maxRate)} is not a rate: use megabytes a second, such as 20 or 0.5.`,
    );
  }
  if (!Number.isInteger(nice) || nice < 0 || nice > MOST_NICE) {
    throw new BackupError(
      'invalid_option',
      `${String(nice)} is no niceness: use a whole number from 0 to ${String(MOST_NICE)}.`,
    );
  }
  if (nice > 0 && platform !== 'linux') {
    throw new BackupError(
      'invalid_option',
      `nice sets the priority of single threads, which ${platform} cannot do: leave it out.`,
    );
  }
  return { rate: maxRate === undefined ? null : newRateLimit(maxRate * MEGABYTE), nice };
}
