import type { ServerAddress } from '../database/server-connection.js';
import { ServerLocks } from './server-locks.js';
import { noPlaceToRead } from './set-use.errors.js';

/** How many may read a set at once. The server's locks know no readers: each takes one of these, who deletes takes all. */
const PLACES = 16;

/**
 * Keeps sets from being deleted while they are read, for as long as the locks are held.
 *
 * @throws BackupError `busy`
 */
export async function takePlaces(locks: ServerLocks, sets: readonly string[]): Promise<void> {
  for (const set of sets) {
    if (!(await takePlace(locks, set))) {
      throw noPlaceToRead(set);
    }
  }
}

/** Bytes of sets, which are not deleted while they are read. @throws BackupError `busy` */
export async function* whileReading(
  address: ServerAddress,
  sets: readonly string[],
  bytes: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  const locks = await ServerLocks.open(address, () => undefined);
  try {
    await takePlaces(locks, sets);
    yield* bytes;
  } finally {
    await locks.release();
  }
}

/** Does something with a set while nobody reads it. False: somebody does, and nothing was done. */
export async function whenUnread(address: ServerAddress, set: string, work: () => Promise<void>): Promise<boolean> {
  const locks = await ServerLocks.open(address, () => undefined);
  try {
    const isUnread = await locks.takeAll(placesOf(set));
    if (isUnread) {
      await work();
    }
    return isUnread;
  } finally {
    await locks.release();
  }
}

/** Whether nobody reads a set now. */
export async function isUnread(address: ServerAddress, set: string): Promise<boolean> {
  const locks = await ServerLocks.open(address, () => undefined);
  try {
    return await locks.areFree(placesOf(set));
  } finally {
    await locks.release();
  }
}

async function takePlace(locks: ServerLocks, set: string): Promise<boolean> {
  for (const place of placesOf(set)) {
    if (await locks.take(place)) {
      return true;
    }
  }
  return false;
}

/** Within the server's limit of 64 characters. */
function placesOf(set: string): string[] {
  return Array.from({ length: PLACES }, (_, place) => `nestjs-backup:${set}:${String(place)}`);
}
