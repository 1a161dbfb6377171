import { assertDeletionLimit, usualDeletionLimit } from './deletion-limit.js';

describe('usualDeletionLimit', () => {
  it.each([
    [0, 10],
    [13, 10],
    [14, 10],
    [16, 12],
    [1000, 750],
  ])('of %d backups is %d', (total, limit) => {
    expect(usualDeletionLimit(total)).toBe(limit);
  });
});

describe('assertDeletionLimit', () => {
  it('lets as many go as the limit says', () => {
    expect(() => assertDeletionLimit(10, 10, 12)).not.toThrow();
  });

  it('refuses one more, and says how to allow it', () => {
    expect(() => assertDeletionLimit(11, 10, 12)).toThrow(
      'This would delete 11 of 12 backups, more than the 10 allowed at once, so nothing was deleted: see backup:cleanup --dry-run, and if that is right, add --max-delete=11.',
    );
  });
});
