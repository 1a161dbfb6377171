import { zonedFormats } from '../zoned-formats.js';

export const PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type Period = (typeof PERIODS)[number];

const DAY = 86_400_000;

/** Names the hour, day, ISO week, month or year that a time falls into, such as `2026-W53`. */
export type SlotOf = (time: Date, period: Period) => string;

/**
 * Calendar slots of a time zone.
 *
 * An hour carries its offset from UTC: the one that clocks go through twice in autumn is two, and the one that they skip in
 * spring is none. Days, weeks, months and years are those of the wall clock, whether they have 23 hours or 25.
 *
 * @param timeZone IANA name
 */
export function calendarSlots(timeZone: string): SlotOf {
  const format = formatOf(timeZone);
  const known = new Map<number, ClockParts>();
  const partsOf = (time: Date): ClockParts => {
    const parts = known.get(time.getTime()) ?? clockParts(format, time);
    known.set(time.getTime(), parts);
    return parts;
  };
  return (time, period) => {
    const { year, month, day, hour, timeZoneName } = partsOf(time);
    switch (period) {
      case 'hourly':
        return `${year}-${month}-${day} ${hour}:00${timeZoneName.replace('GMT', '')}`;
      case 'daily':
        return `${year}-${month}-${day}`;
      case 'weekly':
        return isoWeek(Number(year), Number(month), Number(day));
      case 'monthly':
        return `${year}-${month}`;
      case 'yearly':
        return year;
    }
  };
}

/** Whether `Intl` knows a zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

type ClockParts = Readonly<Record<string, string>>;

function clockParts(format: Intl.DateTimeFormat, time: Date): ClockParts {
  return Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
}

const formatOf = zonedFormats({
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  timeZoneName: 'longOffset',
});

/** ISO 8601: weeks begin on Monday and belong to the year of their Thursday. */
function isoWeek(year: number, month: number, day: number): string {
  const date = Date.UTC(year, month - 1, day);
  const weekday = (new Date(date).getUTCDay() + 6) % 7;
  const thursday = new Date(date + (3 - weekday) * DAY);
  const weekYear = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(weekYear, 0, 1)) / (7 * DAY));
  return `${String(weekYear)}-W${String(week).padStart(2, '0')}`;
}
