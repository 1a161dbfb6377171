import type { FileRootRecord } from '../backup-set/manifest.js';
import type { HeldObject } from '../backup-set/set-objects.js';
import type { IndexEntry, Place } from './index-entry.js';
import { IndexRules } from './index-rules.js';

const SET = '20261122T221005Z-incremental-0a1b2c';
const EARLIER = '20261121T221005Z-full-3f9c2a';
const BUNDLE = 'files/uploads/00001.tar.zst';
const LARGE = 'files/uploads/00002.bin.zst';
const INDEX = 'files/uploads/index.jsonl.zst';
const COMMON = { mode: 0o644, uid: 0, gid: 0, mtime: '0' };

const root: FileRootRecord = {
  name: 'uploads',
  kind: 'folder',
  path: '/srv/uploads',
  folder: 'files/uploads',
  index: INDEX,
  entries: 1,
  files: 0,
  bytes: 0,
  changed: 0,
};

function object(key: string, plainSize: number, set = SET): HeldObject {
  return { set, key, size: 1, sha256: '', plainSize, plainSha256: '' };
}

function place(at: number, length = 0, more: Partial<Place> = {}): Place {
  return { object: BUNDLE, at, length, ...more };
}

function folder(path: string, at: number): IndexEntry {
  return { ...COMMON, path, type: 'folder', bundle: place(at) };
}

function link(path: string, at: number): IndexEntry {
  return { ...COMMON, path, type: 'symlink', target: '/etc', bundle: place(at) };
}

function file(path: string, size: number, bytes: Place[]): IndexEntry {
  return { ...COMMON, path, type: 'file', ctime: '0', size, sha256: '', bytes };
}

describe('The rules of an index', () => {
  const check = (entries: readonly IndexEntry[], record = root): void => {
    const rules = new IndexRules(SET, record, [
      object(BUNDLE, 10_000),
      object(LARGE, 500),
      object(INDEX, 9),
      object(BUNDLE, 5000, EARLIER),
    ]);
    entries.forEach((entry) => {
      rules.check(entry);
    });
  };

  it('let through what a backup writes', () => {
    expect(() => {
      check([
        folder('', 512),
        folder('a', 1024),
        file('a/b', 100, [place(1536, 100)]),
        folder('a.b', 2560),
        file('a.b/large', 500, [place(0, 500, { object: LARGE })]),
        link('z', 3072),
      ]);
    }).not.toThrow();
  });

  const at = (path: string): IndexEntry[] => [folder('', 512), file(path, 0, [place(1024)])];
  const outside = 'does not stay inside of the root';
  it.each<[string, IndexEntry[], string]>([
    ['an absolute path', at('/etc/passwd'), outside],
    ['a path to the parent', at('../x'), outside],
    ['a path through the parent', [folder('', 512), folder('a', 1024), file('a/../../x', 0, [place(1536)])], outside],
    ['the folder itself', at('.'), outside],
    ['an empty name', at('a//b'), outside],
    ['a folder with a slash at its end', at('a/'), outside],
    ['a NUL', at('a\0b'), outside],
    ['a name of what restores keep', at('.nestjs-backup-undo-1'), 'a name that restores use for themselves'],
    [
      'a link to a NUL',
      [folder('', 512), { ...COMMON, path: 'l', type: 'symlink', target: 'a\0b', bundle: place(1024) }],
      'leads to no path',
    ],
    ['a name that no file system takes', at('x'.repeat(256)), outside],
    [
      'a file through a link',
      [folder('', 512), link('a', 1024), file('a/b', 0, [place(1536)])],
      'outside of its folder',
    ],
    ['a file through a file', [folder('', 512), file('a', 0, [place(1024)]), file('a/b', 0, [place(1536)])], 'outside'],
    ['a file in a folder that is not there', at('a/b'), 'outside of its folder'],
    [
      'a file in a folder that is over',
      [folder('', 512), folder('a', 1024), file('b', 0, [place(1536)]), file('a/c', 0, [place(2048)])],
      'outside of its folder',
    ],
    ['a path that is there twice', [...at('a'), file('a', 0, [place(1536)])], 'is there twice'],
    ['a folder that is a link as well', [folder('', 512), folder('a', 1024), link('a', 1536)], 'is there twice'],
    ['a wrong order', [...at('b'), file('a', 0, [place(1536)])], 'is there twice, or in a wrong place'],
    ['the root in the middle', [folder('', 512), folder('', 1024)], 'in a wrong place'],
    [
      'an object of somebody else',
      [file('a', 1, [place(0, 1, { object: 'database/shop/schema.sql' })])],
      'outside of its',
    ],
    [
      'an object that is not there',
      [folder('', 512), file('a', 1, [place(0, 1, { object: 'files/uploads/00009.tar' })])],
      'none of its objects',
    ],
    ['the index as content', [folder('', 512), file('a', 9, [place(0, 9, { object: INDEX })])], 'none of its objects'],
    [
      'a set that the manifest does not refer to',
      [folder('', 512), file('a', 1, [place(600, 1, { set: '20261120T221005Z-full-3f9c2a' })])],
      'none of its objects',
    ],
    [
      'an object of an earlier set that the manifest does not have',
      [folder('', 512), file('a', 500, [place(0, 500, { set: EARLIER, object: LARGE })])],
      'none of its objects',
    ],
    [
      'the index of an earlier set as content',
      [folder('', 512), file('a', 9, [place(0, 9, { set: EARLIER, object: INDEX })])],
      'none of its objects',
    ],
    [
      'bytes beyond the end of what an earlier set has',
      [folder('', 512), file('a', 4000, [place(1024, 4000, { set: EARLIER })])],
      'beyond the end',
    ],
    [
      'bytes of an earlier set that were used before',
      [
        folder('', 512),
        file('a', 9, [place(1024, 9, { set: EARLIER })]),
        file('b', 9, [place(1536, 9)]),
        file('c', 9, [place(1024, 9, { set: EARLIER })]),
      ],
      'where something else does',
    ],
    [
      'a folder in another set',
      [{ ...COMMON, path: '', type: 'folder', bundle: place(512, 0, { set: EARLIER }) }],
      'another set',
    ],
    [
      'a link in another set',
      [
        folder('', 512),
        { ...COMMON, path: 'a', type: 'symlink', target: 'b', bundle: place(512, 0, { set: EARLIER }) },
      ],
      'another set',
    ],
    ['bytes beyond the end', [folder('', 512), file('a', 9000, [place(1024, 9000)])], 'beyond the end'],
    ['10 GB from nothing', [folder('', 512), file('a', 1e10, [place(1024, 1e10)])], 'beyond the end'],
    ['10 GB from a little', [folder('', 512), file('a', 1e10, [place(1024, 100)])], 'not as many bytes as its size'],
    [
      'bytes that were used before',
      [folder('', 512), file('a', 9, [place(1024, 9)]), file('b', 9, [place(1024, 9)])],
      'where something else does',
    ],
    [
      'a large file used twice',
      [
        folder('', 512),
        file('a', 500, [place(0, 500, { object: LARGE })]),
        file('b', 500, [place(0, 500, { object: LARGE })]),
      ],
      'read from before',
    ],
    ['a piece of a large file', [folder('', 512), file('a', 5, [place(3, 5, { object: LARGE })])], 'is not all of'],
    [
      'one part twice',
      [folder('', 512), file('a', 1000, [place(0, 500, { object: LARGE }), place(0, 500, { object: LARGE })])],
      'read from before',
    ],
    ['a folder with bytes', [{ ...COMMON, path: '', type: 'folder', bundle: place(512, 9) }], 'has bytes'],
  ])('refuse %s', (_what, entries, message) => {
    expect(() => {
      check(entries);
    }).toThrow(message);
  });

  it('refuse a second file, and a folder, where the root is a single file', () => {
    const single = { ...root, kind: 'file' as const };

    expect(() => {
      check([file('.env', 0, [place(512)])], single);
    }).not.toThrow();
    expect(() => {
      check([file('.env', 0, [place(512)]), file('b', 0, [place(1024)])], single);
    }).toThrow('more than one file');
    expect(() => {
      check([file('etc/passwd', 0, [place(512)])], single);
    }).toThrow('more than one file');
    expect(() => {
      check([folder('', 512)], single);
    }).toThrow('in a wrong place');
  });

  it('refuse an index that is not all that the manifest says, or leaves objects out', () => {
    const finish = (entries: number): void => {
      const rules = new IndexRules(SET, { ...root, entries }, [
        object(BUNDLE, 10_000),
        object(LARGE, 500),
        object(INDEX, 9),
      ]);
      rules.check(folder('', 512));
      rules.finish();
    };

    expect(() => {
      finish(2);
    }).toThrow('has not the entries that the manifest says');
    expect(() => {
      finish(1);
    }).toThrow(`nothing in it refers to ${SET}/${LARGE}`);
  });
});
