import { zonedFormats } from '../zoned-formats.js';

/** Milliseconds that the clocks of a time zone are ahead of UTC at an instant. */
export type OffsetAt = (instant: number) => number;

const SECOND = 1000;
const DAY = 86_400 * SECOND;

const formatOf = zonedFormats({
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
});

/** @param timeZone IANA name */
export function offsetsOf(timeZone: string): OffsetAt {
  const format = formatOf(timeZone);
  return (instant) => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const wall = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
    return wall - Math.floor(instant / 1000) * 1000;
  };
}

/**
 * The instant at which clocks show a wall time, given as if it were UTC. Of a time that clocks show twice, the first; for
 * one that they skip, the instant at which they skip it.
 */
export function instantOf(wall: number, offsetAt: OffsetAt): number {
  // no zone is further from UTC than that, and none changes its clocks twice in two days
  const before = offsetAt(wall - DAY);
  const after = offsetAt(wall + DAY);
  const candidates = [wall - before, wall - after].filter((instant) => instant + offsetAt(instant) === wall);
  return candidates.length > 0 ? Math.min(...candidates) : changeBetween(wall - DAY, wall + DAY, offsetAt);
}

/** The first instant of the offset that holds at the end of a period in which it changes once. */
export function changeBetween(start: number, end: number, offsetAt: OffsetAt): number {
  let [low, high] = [Math.floor(start / SECOND), Math.ceil(end / SECOND)];
  const offset = offsetAt(high * SECOND);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * SECOND) === offset) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return high * SECOND;
}
