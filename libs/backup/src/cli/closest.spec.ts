import { closest } from './closest.js';

describe('closest', () => {
  it.each([
    ['databse', 'database'],
    ['confguration', 'configuration'],
    ['fiels', 'files'],
    ['incremental', 'incremental'],
    ['ful', 'full'],
  ])('takes %s for %s', (word, meant) => {
    expect(closest(word, ['database', 'files', 'configuration', 'full', 'incremental'])).toBe(meant);
  });

  it.each(['', 'tapes', 'x'.repeat(200)])('does not guess what %j means', (word) => {
    expect(closest(word, ['database', 'files', 'full'])).toBeNull();
  });
});
