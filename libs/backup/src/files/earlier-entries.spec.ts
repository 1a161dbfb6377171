import { EarlierEntries, type EarlierFile } from './earlier-entries.js';
import type { FileEntry, IndexEntry } from './index-entry.js';
import type { EntryGroup, StoredRoot } from './index-reader.js';
import type { ScannedEntry } from './scan-root.js';

const SET = '20261121T221005Z-full-3f9c2a';
const OLDER = '20261120T221005Z-full-3f9c2a';
const ATTRIBUTES = { mode: 0o644, uid: 0, gid: 0, mtime: '100' };
const BUNDLE = 'files/uploads/00001.tar';

function stored(path: string, more: Partial<FileEntry> = {}): FileEntry {
  const bytes = [{ object: BUNDLE, at: 512, length: 3 }];
  return { ...ATTRIBUTES, path, type: 'file', ctime: '200', size: 3, sha256: 'abc', bytes, ...more };
}

function found(path: string, more: Partial<ScannedEntry> = {}): ScannedEntry {
  return { ...ATTRIBUTES, path, type: 'file', ctime: '200', size: 3, inode: '', target: '', ...more };
}

function storedFolder(path: string, inode?: string): IndexEntry {
  return { ...ATTRIBUTES, path, type: 'folder', inode, bundle: { object: BUNDLE, at: 512, length: 0 } };
}

function foundFolder(path: string, inode: string): ScannedEntry {
  return found(path, { type: 'folder', inode });
}

/** @param failing where the index turns out not to be the one that is meant */
function besides(
  groups: readonly (readonly IndexEntry[])[],
  settledBefore = '1000',
  failing = -1,
  kind = 'folder',
): EarlierEntries {
  const rest = groups.map((entries, index): EntryGroup => ({ entries, isLast: index === groups.length - 1 }));
  const reader = {
    next: () => {
      const group = rest.shift();
      if (group === undefined || groups.length - rest.length - 1 === failing) {
        return Promise.reject(new Error(group === undefined ? 'asked beyond the last' : 'it is another index'));
      }
      return Promise.resolve(group);
    },
    close: () => Promise.resolve(),
  };
  return new EarlierEntries(
    { stored: { set: SET, record: { kind } } as StoredRoot, indexCopy: null, settledBefore },
    reader,
  );
}

describe('The entries of an earlier set, beside those that a scan finds', () => {
  const walk = async (
    groups: readonly (readonly IndexEntry[])[],
    scanned: readonly ScannedEntry[],
    settledBefore = '1000',
  ): Promise<(EarlierFile | null)[]> => {
    const entries = besides(groups, settledBefore);
    const results: (EarlierFile | null)[] = [];
    for (const entry of scanned) {
      results.push(await entries.of(entry));
    }
    return results;
  };

  const verdict = async (entry: FileEntry, now: ScannedEntry, settledBefore?: string): Promise<string> => {
    const [earlier] = await walk([[entry]], [now], settledBefore);
    return earlier === null ? 'other' : earlier.isUnchanged ? 'unchanged' : 'to be read';
  };

  it.each([
    ['the same', {}, 'unchanged'],
    ['written since', { mtime: '101', ctime: '201' }, 'to be read'],
    ['written since, with its time set back', { ctime: '201' }, 'to be read'],
    ['of another size', { size: 4 }, 'other'],
    ['a link by now', { type: 'symlink' }, 'other'],
  ] as const)('say of a file that is %s: %j', async (_what, now, expected) => {
    expect(await verdict(stored('a'), found('a', now))).toBe(expected);
  });

  it('have a file read again that changed while the set was made, or right before', async () => {
    expect(await verdict(stored('a'), found('a'), '200')).toBe('to be read');
    expect(await verdict(stored('a'), found('a'), '201')).toBe('unchanged');
    expect(await verdict(stored('a', { changed: true }), found('a'))).toBe('to be read');
  });

  it('have the files below a folder read that is another one than before, or may be', async () => {
    const before = [
      ...[
        storedFolder('', '1'),
        storedFolder('a', '2'),
        storedFolder('a/b', '3'),
        stored('a/b/file'),
        stored('a/file'),
      ],
      ...[storedFolder('c', '4'), stored('c/file'), storedFolder('d'), stored('d/file'), stored('e')],
    ];
    const now = [
      ...[foundFolder('', '1'), foundFolder('a', '9'), foundFolder('a/b', '3'), found('a/b/file'), found('a/file')],
      ...[foundFolder('c', '4'), found('c/file'), foundFolder('d', '5'), found('d/file'), found('e')],
    ];
    const files = (await walk([before], now)).filter((file) => file !== null);

    expect(files.filter(({ isUnchanged }) => isUnchanged).map(({ entry }) => entry.path)).toEqual(['c/file', 'e']);
    expect(files.map(({ entry }) => entry.path)).toEqual(['a/b/file', 'a/file', 'c/file', 'd/file', 'e']);
  });

  it('have the file read that is all of a root, since the folder that it is in may be another one', async () => {
    const file = await besides([[stored('a')]], '1000', -1, 'file').of(found('a'));
    expect(file?.isUnchanged).toBe(false);
  });

  it('are found by their paths through all groups, with what is gone and what is new between them', async () => {
    const groups = [[stored('a'), stored('b/1'), stored('b/2')], [stored('b.c'), stored('d')], [stored('e')]];
    const paths = ['a', 'a2', 'b/2', 'b.c', 'c', 'e', 'f', 'g'];
    const earlier = await walk(
      groups,
      paths.map((path) => found(path)),
    );

    expect(earlier.map((file) => file?.entry.path)).toEqual([
      'a',
      undefined,
      'b/2',
      'b.c',
      undefined,
      'e',
      undefined,
      undefined,
    ]);
  });

  it('say which set has the bytes: their own, or the one that they refer to', async () => {
    const [own, older] = await walk(
      [[stored('a'), stored('b', { bytes: [{ set: OLDER, object: BUNDLE, at: 512, length: 3 }] })]],
      [found('a'), found('b')],
    );

    expect(own?.entry.bytes).toEqual([{ set: SET, object: BUNDLE, at: 512, length: 3 }]);
    expect(older?.entry.bytes).toEqual([{ set: OLDER, object: BUNDLE, at: 512, length: 3 }]);
  });

  it('are read to their end, where it turns out whether they are the ones that are meant', async () => {
    const entries = besides([[stored('a')], [stored('b')], [stored('c')]], '1000', 2);
    await entries.of(found('a'));

    await expect(entries.finish()).rejects.toThrow('it is another index');
  });
});
