/**
 * Formats of the Gregorian calendar, one a time zone: making one takes a millisecond, as long as a hundred uses, and there are
 * as many as time zones in use.
 *
 * @param fields what of a time is asked for
 * @returns gives the format for an IANA name; throws RangeError where there is no such time zone
 */
export function zonedFormats(fields: Intl.DateTimeFormatOptions): (timeZone: string) => Intl.DateTimeFormat {
  const known = new Map<string, Intl.DateTimeFormat>();
  return (timeZone) => {
    const format =
      known.get(timeZone) ??
      new Intl.DateTimeFormat('en-US', {
        timeZone,
        calendar: 'gregory',
        numberingSystem: 'latn',
        hourCycle: 'h23',
        ...fields,
      });
    known.set(timeZone, format);
    return format;
  };
}
