import { calendarSlots, isTimeZone, type Period } from './calendar-slots.js';

const slot = (zone: string, time: string, period: Period): string => calendarSlots(zone)(new Date(time), period);

describe('calendarSlots', () => {
  it.each([
    ['2026-12-27T12:00Z', '2026-W52', 'the last Sunday of 2026'],
    ['2026-12-28T12:00Z', '2026-W53', 'the Monday after it'],
    ['2027-01-03T12:00Z', '2026-W53', 'a Sunday in January that still belongs to the old year'],
    ['2027-01-04T12:00Z', '2027-W01', 'the first Monday of 2027'],
    ['2024-12-30T12:00Z', '2025-W01', 'a Monday in December that already belongs to the new year'],
    ['2021-01-01T12:00Z', '2020-W53', 'New Year of 2021, a Friday'],
    ['2026-01-01T12:00Z', '2026-W01', 'New Year of 2026, a Thursday'],
    ['2024-02-29T12:00Z', '2024-W09', 'a leap day'],
  ])('puts %s into week %s: %s', (time, week) => {
    expect(slot('UTC', time, 'weekly')).toBe(week);
  });

  it.each<[string, string, Period, string]>([
    ['Europe/Berlin', '2026-12-31T22:59:59.999Z', 'yearly', '2026'],
    ['Europe/Berlin', '2026-12-31T23:00Z', 'yearly', '2027'],
    ['Europe/Berlin', '2026-11-20T23:00Z', 'daily', '2026-11-21'],
    ['America/New_York', '2026-11-01T03:59Z', 'monthly', '2026-10'],
    ['Pacific/Kiritimati', '2026-11-20T10:00Z', 'daily', '2026-11-21'],
    ['Asia/Kathmandu', '2026-11-20T18:15Z', 'hourly', '2026-11-21 00:00+05:45'],
    ['UTC', '2026-11-21T00:00Z', 'hourly', '2026-11-21 00:00+00:00'],
  ])('counts in the time zone: in %s, %s is in the %s slot %s', (zone, time, period, expected) => {
    expect(slot(zone, time, period)).toBe(expected);
  });

  it('has two slots for the hour that clocks go through twice, in one day', () => {
    const times = ['2026-10-24T23:30Z', '2026-10-25T00:30Z', '2026-10-25T01:30Z', '2026-10-25T02:30Z'];
    expect(times.map((time) => slot('Europe/Berlin', time, 'hourly'))).toEqual([
      '2026-10-25 01:00+02:00',
      '2026-10-25 02:00+02:00',
      '2026-10-25 02:00+01:00',
      '2026-10-25 03:00+01:00',
    ]);
    expect(new Set(times.map((time) => slot('Europe/Berlin', time, 'daily')))).toEqual(new Set(['2026-10-25']));
  });

  it('has no slot for the hour that clocks skip', () => {
    const times = ['2026-03-29T00:59Z', '2026-03-29T01:00Z'];
    expect(times.map((time) => slot('Europe/Berlin', time, 'hourly'))).toEqual([
      '2026-03-29 01:00+01:00',
      '2026-03-29 03:00+02:00',
    ]);
  });

  it.each([
    ['Europe/Berlin', '2026-10-25', 25],
    ['Europe/Berlin', '2026-03-29', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-10-04', 24],
    ['UTC', '2026-10-25', 24],
  ])('gives %s on %s as many hours as it has: %d', (zone, day, hours) => {
    const slotOf = calendarSlots(zone);
    const minutes = Array.from(
      { length: 4320 },
      (_, minute) => new Date(Date.parse(day) - 86_400_000 + minute * 60_000),
    );
    const slots = minutes.filter((time) => slotOf(time, 'daily') === day).map((time) => slotOf(time, 'hourly'));
    expect(new Set(slots).size).toBe(hours);
  });
});

describe('isTimeZone', () => {
  it.each([
    ['UTC', true],
    ['Europe/Berlin', true],
    ['Europe/Atlantis', false],
    ['', false],
  ])('says of %j: %s', (name, expected) => {
    expect(isTimeZone(name)).toBe(expected);
  });
});
