import { nextRun, nextRuns } from './next-run.js';

const runsAfter = (after: string, cronExpression: string, timeZone: string, count = 1): string[] =>
  nextRuns({ cronExpression, timeZone }, new Date(after), count).map((run) => run.toISOString());

describe('The runs of a schedule', () => {
  it.each([
    [
      'five fields: minute, hour, day, month, weekday',
      '30 3 * * *',
      '2026-06-01T00:00:00Z',
      '2026-06-01T03:30:00.000Z',
    ],
    ['six fields: seconds first', '15 30 3 * * *', '2026-06-01T00:00:00Z', '2026-06-01T03:30:15.000Z'],
    ['each second', '* * * * * *', '2026-06-01T00:00:00.250Z', '2026-06-01T00:00:01.000Z'],
    ['never the instant itself', '0 * * * *', '2026-06-01T01:00:00Z', '2026-06-01T02:00:00.000Z'],
    ['names of weekdays', '0 3 * * SUN', '2026-06-01T00:00:00Z', '2026-06-07T03:00:00.000Z'],
    ['Sunday as 7', '0 3 * * 7', '2026-06-01T00:00:00Z', '2026-06-07T03:00:00.000Z'],
    ['a day of the month or a weekday', '0 0 13 * 5', '2026-06-06T00:00:00Z', '2026-06-12T00:00:00.000Z'],
    ['lists, ranges and steps', '0 8-18/5,22 * * *', '2026-06-01T13:30:00Z', '2026-06-01T18:00:00.000Z'],
    ['a leap day', '0 0 29 2 *', '2026-06-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['a nickname', '@weekly', '2026-06-01T00:00:00Z', '2026-06-07T00:00:00.000Z'],
  ])('follow %s', (_what, expression, after, run) => {
    expect(runsAfter(after, expression, 'UTC')).toEqual([run]);
  });

  it.each([
    // Berlin: clocks skip 02:00 to 03:00 on 2026-03-29 and go through that hour twice on 2026-10-25
    [
      'a run in the skipped hour takes place when it is skipped',
      'Europe/Berlin',
      '30 2 * * *',
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'],
    ],
    [
      'several runs in the skipped hour are one',
      'Europe/Berlin',
      '*/20 2 * * *',
      '2026-03-29T00:00:00Z',
      ['2026-03-29T01:00:00.000Z', '2026-03-30T00:00:00.000Z'],
    ],
    [
      'one in the skipped hour and one at its end are one',
      'Europe/Berlin',
      '0 2,3 * * *',
      '2026-03-29T00:00:00Z',
      ['2026-03-29T01:00:00.000Z', '2026-03-30T00:00:00.000Z'],
    ],
    [
      'a run in the doubled hour takes place the first time',
      'Europe/Berlin',
      '30 2 * * *',
      '2026-10-24T12:00:00Z',
      ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'],
    ],
    [
      'not a second time, seen from between the two',
      'Europe/Berlin',
      '30 2 * * *',
      '2026-10-25T01:10:00Z',
      ['2026-10-26T01:30:00.000Z'],
    ],
    [
      'steps over named hours run once a wall-clock time',
      'Europe/Berlin',
      '0 */2 * * *',
      '2026-10-24T23:00:00Z',
      ['2026-10-25T00:00:00.000Z', '2026-10-25T03:00:00.000Z'],
    ],
    [
      'runs of every hour leave no gap in the doubled hour',
      'Europe/Berlin',
      '*/30 * * * *',
      '2026-10-24T23:45:00Z',
      [
        '2026-10-25T00:00:00.000Z',
        '2026-10-25T00:30:00.000Z',
        '2026-10-25T01:00:00.000Z',
        '2026-10-25T01:30:00.000Z',
        '2026-10-25T02:00:00.000Z',
      ],
    ],
    [
      'runs of every hour go on after the skipped hour',
      'Europe/Berlin',
      '*/30 * * * *',
      '2026-03-29T00:45:00Z',
      ['2026-03-29T01:00:00.000Z', '2026-03-29T01:30:00.000Z'],
    ],
    [
      'clocks of the west: the skipped hour',
      'America/New_York',
      '30 2 * * *',
      '2026-03-08T01:00:00Z',
      ['2026-03-08T07:00:00.000Z', '2026-03-09T06:30:00.000Z'],
    ],
    [
      'clocks of the west: the doubled hour',
      'America/New_York',
      '30 1 * * *',
      '2026-11-01T00:00:00Z',
      ['2026-11-01T05:30:00.000Z', '2026-11-02T06:30:00.000Z'],
    ],
    [
      'half an hour skipped',
      'Australia/Lord_Howe',
      '15 2 * * *',
      '2026-10-03T12:00:00Z',
      ['2026-10-03T15:30:00.000Z', '2026-10-04T15:15:00.000Z'],
    ],
    [
      'half an hour doubled',
      'Australia/Lord_Howe',
      '45 1 * * *',
      '2026-04-04T12:00:00Z',
      ['2026-04-04T14:45:00.000Z', '2026-04-05T15:15:00.000Z'],
    ],
    [
      'midnight skipped',
      'Africa/Cairo',
      '0 0 * * *',
      '2026-04-23T12:00:00Z',
      ['2026-04-23T22:00:00.000Z', '2026-04-24T21:00:00.000Z'],
    ],
    [
      'an offset that is no whole hour',
      'Asia/Kathmandu',
      '0 3 * * *',
      '2026-06-01T00:00:00Z',
      ['2026-06-01T21:15:00.000Z'],
    ],
  ])('with daylight saving: %s', (_what, timeZone, expression, after, runs) => {
    expect(runsAfter(after, expression, timeZone, runs.length)).toEqual(runs);
  });

  it.each(['Europe/Berlin', 'Australia/Lord_Howe'])(
    'of a daily schedule in %s are one each day of the year, in order',
    (timeZone) => {
      const runs = nextRuns({ cronExpression: '15 2 * * *', timeZone }, new Date('2026-01-01T00:00:00Z'), 365);
      const days = runs.map((run) => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(run));
      expect(new Set(days).size).toBe(365);
      expect(runs.every((run, index) => index === 0 || run > runs[index - 1])).toBe(true);
    },
  );

  it('are none for a day that never comes', () => {
    expect(nextRun({ cronExpression: '0 0 30 2 *', timeZone: 'UTC' }, new Date('2026-06-01T00:00:00Z'))).toBeNull();
  });
});
