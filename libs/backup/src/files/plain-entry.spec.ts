import { parseEntry } from './parse-entry.js';
import { plainEntry } from './plain-entry.js';

const PLACE = { object: 'files/uploads/00001.tar.zst', at: 512, length: 10 };
const ATTRIBUTES = { mode: 0o644, uid: 0, gid: 1000, mtime: '1700000000000000000' };
const FILE = {
  path: 'a/ä.jpg',
  type: 'file',
  ...ATTRIBUTES,
  ctime: '1700000000000000001',
  size: 10,
  sha256: 'a'.repeat(64),
  bytes: [{ set: '20261121T221005Z-full-3f9c2a', ...PLACE }],
};
const FOLDER = { path: '', type: 'folder', ...ATTRIBUTES, bundle: PLACE, inode: '42' };
const LINK = { path: 'link', type: 'symlink', ...ATTRIBUTES, target: '../ä', bundle: PLACE };

const USUAL: readonly object[] = [
  FILE,
  { ...FILE, bytes: [PLACE, PLACE], sparse: true },
  { ...FILE, changed: true, retouched: true },
  { ...FILE, mtime: '-1', size: 0 },
  FOLDER,
  LINK,
];

/** What could stand in place of any value. */
const ODD: readonly unknown[] = [
  null, true, false, -1, 0.5, 1e300, 2 ** 53, 2 ** 32, 0o10000, '', 'x', '1'.repeat(20), 'A'.repeat(64), 'o'.repeat(513),
  '20261121T221005Z-full-3f9c2a\n', [], [null], [PLACE, 1], {}, { base64: 'YQ==' }, { base64: '?' }, PLACE,
  { ...PLACE, set: '' }, { ...PLACE, set: null }, { ...PLACE, at: -1 }, { ...PLACE, more: 1 }, { object: '', at: 0, length: 0 },
]; // prettier-ignore

/** An entry with one field that is odd, too many, or missing. */
function* oddEntries(entry: object): Generator {
  for (const field of [...Object.keys(entry), 'sparse', 'set', 'bundle', 'target', 'more', '__proto__']) {
    yield* ODD.map((value) => withField(entry, field, value));
    yield JSON.parse(JSON.stringify({ ...entry, [field]: undefined }));
  }
}

/** Made of entries, so that `__proto__` is a field like any other, as JSON.parse makes it. */
function withField(entry: object, field: string, value: unknown): unknown {
  return Object.fromEntries([...Object.entries(entry).filter(([name]) => name !== field), [field, value]]);
}

function parsed(value: unknown): unknown {
  try {
    return parseEntry(value);
  } catch {
    return null;
  }
}

describe('Entries of an index as they usually are', () => {
  it.each(USUAL)('are taken as the schema takes them: %j', (entry) => {
    const taken = plainEntry(entry);
    expect(taken).not.toBeNull();
    expect(taken).toEqual(parseEntry(entry));
  });

  it('are never taken where the schema would refuse them, or take them otherwise', () => {
    const all = [...ODD, ...USUAL.flatMap((entry) => [...oddEntries(entry)])];
    const taken = all.filter((value) => plainEntry(value) !== null);
    expect(taken.length).toBeGreaterThan(USUAL.length);
    for (const value of taken) {
      expect(plainEntry(value)).toEqual(parsed(value));
    }
  });

  it('are left to the schema where bytes are no text', () => {
    expect(plainEntry({ ...FILE, path: { base64: 'gA==' } })).toBeNull();
    expect(plainEntry({ ...LINK, target: { base64: 'gA==' } })).toBeNull();
  });
});
