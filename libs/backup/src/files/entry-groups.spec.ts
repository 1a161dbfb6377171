import { BUNDLE_ENTRIES, ByObjects } from './entry-groups.js';
import type { IndexEntry, Place } from './index-entry.js';
import { BATCH_ENTRIES } from './scan-batches.js';

const EARLIER = '20261121T221005Z-full-3f9c2a';

function file(path: string, number: number, set?: string, kind = 'tar'): IndexEntry {
  const place: Place = { set, object: `files/uploads/0000${String(number)}.${kind}`, at: 512, length: 1 };
  const attributes = { mode: 0o644, uid: 0, gid: 0, mtime: '0', ctime: '0' };
  return { ...attributes, path, type: 'file', size: 1, sha256: '', bytes: [place] };
}

describe('The division of an index by its objects', () => {
  const divide = (entries: readonly IndexEntry[]): string[] => {
    const division = new ByObjects();
    const complete = entries.flatMap((entry) => division.add(entry));
    return [...complete, division.rest].map((group) => group.map(({ path }) => path).join(' '));
  };

  it('keeps a bundle together with what comes between from earlier sets', () => {
    const entries = [file('a', 1), file('b', 7, EARLIER), file('c', 1), file('d', 8, EARLIER), file('e', 2)];

    expect(divide(entries)).toEqual(['a b c d', 'e']);
  });

  it('gives each large file a group of its own, and goes on with the bundle around it', () => {
    expect(divide([file('a', 1), file('b', 2, undefined, 'bin'), file('c', 3, EARLIER, 'bin'), file('d', 1)])).toEqual([
      'b',
      'c',
      'a d',
    ]);
  });

  it('ends a group that is long enough, where all comes from earlier sets', () => {
    const entries = Array.from({ length: BATCH_ENTRIES + 1 }, (_, number) => file(String(number), 1, EARLIER));

    expect(divide(entries).map((group) => group.split(' ').length)).toEqual([BATCH_ENTRIES, 1]);
  });

  it('refuses a bundle of more entries than one can have', () => {
    const entries = Array.from({ length: BUNDLE_ENTRIES + 1 }, (_, number) => file(String(number), 1));

    expect(() => divide(entries)).toThrow('more entries in a row than a bundle holds');
  });
});
