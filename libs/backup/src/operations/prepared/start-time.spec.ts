import { assertStartTime } from './start-time.js';

const DAY = 86_400_000;

describe('A time to start at', () => {
  it.each([
    ['now', 0],
    ['half a minute ago', -30_000],
    ['in nine years', 9 * 365 * DAY],
  ])('may be %s', (_what, milliseconds) => {
    expect(() => {
      assertStartTime(new Date(Date.now() + milliseconds));
    }).not.toThrow();
  });

  it.each([
    ['past', 'is past', new Date(Date.now() - 2 * 60_000)],
    ['far ahead', 'is more than ten years ahead', new Date(Date.now() + 11 * 365 * DAY)],
    ['given in milliseconds where seconds are meant', 'is more than ten years ahead', new Date(Date.now() * 1000)],
    ['no time', 'is no valid date', new Date(NaN)],
  ])('is not %s', (_what, message, moment) => {
    expect(() => {
      assertStartTime(moment);
    }).toThrow(message);
  });
});
