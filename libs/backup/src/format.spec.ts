import { formatBytes, formatDuration, formatTime } from './format.js';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 KiB'],
    [1536, '1.5 KiB'],
    [1024 * 1024 * 1.25, '1.3 MiB'],
    [500 * 1024 * 1024, '500 MiB'],
    [5e15, '4547 TiB'],
  ])('shows %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '<1 s'],
    [0.6, '1 s'],
    [59.4, '59 s'],
    [61, '1:01'],
    [3723, '1:02:03'],
  ])('shows %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('formatTime', () => {
  it('shows UTC', () => {
    expect(formatTime(new Date('2026-11-21T22:10:05.999Z'))).toBe('2026-11-21 22:10:05');
  });

  it('shows nothing for no time', () => {
    expect(formatTime(null)).toBe('');
  });
});
