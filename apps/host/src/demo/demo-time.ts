import type { SeededRandom } from './seeded-random.js';

const FIRST = Date.UTC(2015, 0, 1);
const LAST = Date.UTC(2026, 0, 1);

/** The ends of what DATE and DATETIME hold on both servers. */
export const FIRST_DAY = '1000-01-01';
export const LAST_DAY = '9999-12-31';

/** A UTC moment between 2015 and 2026 as a DATETIME literal with 0 to 6 fractional digits. */
export function moment(random: SeededRandom, digits: 0 | 3 | 6): string {
  const seconds = new Date(random.integer(FIRST, LAST)).toISOString().slice(0, 19).replace('T', ' ');
  if (digits === 0) return seconds;
  return `${seconds}.${String(random.integer(0, 10 ** digits - 1)).padStart(digits, '0')}`;
}

/** A moment, now and then the first or the last one that DATETIME(6) holds. */
export function anyMoment(random: SeededRandom): string {
  const kind = random.fraction();
  if (kind < 0.005) return `${FIRST_DAY} 00:00:00.000001`;
  if (kind < 0.01) return `${LAST_DAY} 23:59:59.999999`;
  return moment(random, 6);
}

export function day(random: SeededRandom, firstYear: number, lastYear: number): string {
  const year = random.integer(firstYear, lastYear);
  return `${String(year).padStart(4, '0')}-${twoDigits(random.integer(1, 12))}-${twoDigits(random.integer(1, 28))}`;
}

/** A period whose ends are in order; either may be unknown. */
export function period(random: SeededRandom): readonly [string | null, string | null] {
  const kind = random.fraction();
  if (kind < 0.005) return [FIRST_DAY, LAST_DAY];
  if (kind < 0.1) return [null, null];
  const from = day(random, 1480, 1950);
  if (kind < 0.2) return [from, null];
  const to = day(random, 1951, 2024);
  return kind < 0.25 ? [null, to] : [from, to];
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
