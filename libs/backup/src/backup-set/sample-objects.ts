import type { HeldObject } from './set-objects.js';

const DAY = 86_400_000;

/**
 * The objects of a set that are read on a day (UTC) when a share of it is: the set is divided into parts of about as many
 * bytes, of which each day has the next, so that as many days in a row as there are parts read every object once.
 *
 * @param percent above 0, at most 100
 */
export function sampleObjects(objects: readonly HeldObject[], percent: number, day: Date): HeldObject[] {
  const parts = Math.ceil(100 / percent);
  const today = Math.floor(day.getTime() / DAY) % parts;
  const total = objects.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  return objects.filter(({ size }) => {
    const middle = before + size / 2;
    before += size;
    return Math.min(parts - 1, Math.floor((middle / Math.max(total, 1)) * parts)) === today;
  });
}
