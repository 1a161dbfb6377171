import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openManifest } from '../../libs/backup/src/backup-set/backup-set.js';
import { SetObjects } from '../../libs/backup/src/backup-set/set-objects.js';
import { verifyFull } from '../../libs/backup/src/database/verify-set.js';
import { backUpRoots } from '../../libs/backup/src/files/back-up-roots.js';
import { fileTargets } from '../../libs/backup/src/files/restore/file-targets.js';
import { restoreRoots } from '../../libs/backup/src/files/restore/restore-roots.js';
import { verifyRoots } from '../../libs/backup/src/files/verify-roots.js';
import { openStorage } from '../../libs/backup/src/storage/open-storage.js';
import { failureOf } from '../support/bad-input-refusal.js';
import { seededRandom } from '../support/crash-moments.js';
import { temporaryFolder, type TemporaryFolder } from '../support/file-tree.js';
import {
  indexOf,
  makePlainChain,
  makePlainSet,
  mutate,
  replaceIndex,
  replaceObject,
  tryManifest,
  trySet,
  type PlainSet,
} from '../support/fuzzed-sets.js';

const LIBRARY = { openManifest, backUpRoots, verifyRoots, verifyFull, openStorage, fileTargets, restoreRoots };
const BUNDLE = 'files/uploads/00001.tar';
/** Of the type in a header of tar. */
const TYPE_AT = 156;

describe('A set of files that somebody else has made', () => {
  let folder: TemporaryFolder;
  let set: PlainSet;

  beforeEach(async () => {
    folder = await temporaryFolder('hostile');
    mkdirSync(join(folder.path, 'arena'));
    set = await makePlainSet(LIBRARY, folder.path);
  });

  afterEach(() => folder.remove());

  const reading = (storage: string): Omit<Parameters<typeof verifyRoots>[0], 'manifest'> => ({
    storageConfiguration: { driver: 'local', folder: storage },
    identities: new Map(),
    threads: 1,
    load: { rate: null, nice: 0 },
    signal: new AbortController().signal,
    onBytes: () => undefined,
  });

  const verify = ({ storage, manifest }: PlainSet): Promise<unknown> =>
    failureOf(() => verifyRoots({ ...reading(storage), manifest }));

  const restore = ({ storage, manifest }: PlainSet): Promise<unknown> => {
    const to = join(folder.path, 'arena');
    const restores = fileTargets(manifest, [], { roots: [], paths: [], to }, false);
    return failureOf(() => restoreRoots({ ...reading(storage), restores }, 'f'.repeat(32)));
  };

  const bundle = (): Buffer => readFileSync(join(set.storage, set.manifest.name, BUNDLE));

  it.each([
    ['a hard link', '1'],
    ['a device', '3'],
    ['a pipe', '6'],
  ])('is refused when its bundle has %s in the place of a file', async (_what, type) => {
    const bytes = bundle();
    const { bundle: place } = indexOf(set)[0] as { bundle: { at: number } };
    bytes.write(type, place.at - 512 + TYPE_AT);

    expect(await verify(replaceObject(set, BUNDLE, bytes))).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('as the index has it'),
    });
  });

  it('is refused, and nothing of it stays, when the content of a file is another', async () => {
    const bytes = bundle();
    bytes.write('hostile', bytes.indexOf('a/b/two'.repeat(20)));
    const changed = replaceObject(set, BUNDLE, bytes);

    const damaged = { code: 'damaged', message: expect.stringContaining('does not hold a/b/two as the index has it') };
    expect(await verify(changed)).toMatchObject(damaged);
    expect(await restore(changed)).toMatchObject(damaged);
    expect(readdirSync(join(folder.path, 'arena'))).toEqual([]);
  });

  it.each([
    ['the permissions of a file', 'three', { mode: 0o4777 }],
    ['the owner of a folder', 'a', { uid: 4711 }],
    ['the time of an empty file', 'zero', { mtime: '1' }],
  ])(
    'is refused, and nothing of it stays, when its index says otherwise than its bundle: %s',
    async (_what, path, change) => {
      const entries = indexOf(set).map((entry) => (entry.path === path ? { ...entry, ...change } : entry));
      const changed = replaceIndex(set, entries);

      const damaged = {
        code: 'damaged',
        message: expect.stringContaining(`does not hold ${path} as the index has it`),
      };
      expect(await verify(changed)).toMatchObject(damaged);
      expect(await restore(changed)).toMatchObject(damaged);
      expect(readdirSync(join(folder.path, 'arena'))).toEqual([]);
    },
  );

  it('is refused when a bundle holds more than its index says, or less', async () => {
    const bytes = bundle();
    expect(await verify(replaceObject(set, BUNDLE, Buffer.concat([bytes, Buffer.alloc(512)])))).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('holds more than its index says'),
    });
    expect(await verify(replaceObject(set, BUNDLE, bytes.subarray(0, -512)))).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('holds less than its index says'),
    });
  });

  it('is compared with its index where only a part of it is read, and the part has what is wrong', async () => {
    const bytes = bundle();
    bytes.write('hostile', bytes.indexOf('a/b/two'.repeat(20)));
    const { storage, manifest } = replaceObject(set, BUNDLE, bytes);
    const verifyOnly = (isWanted: (key: string) => boolean): Promise<unknown> => {
      const objects = new SetObjects(manifest).all.filter(({ key }) => isWanted(key));
      return failureOf(() => verifyRoots({ ...reading(storage), manifest, objects }));
    };

    expect(await verifyOnly((key) => key === BUNDLE)).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('does not hold a/b/two as the index has it'),
    });
    await expect(verifyOnly((key) => key !== BUNDLE)).rejects.toThrow('it succeeded');
  });

  it.each([
    ['is refused', 'f'.repeat(64), expect.stringContaining('00002.bin does not hold three as the index has it')],
    ['is taken', createHash('sha256').update('three'.repeat(300)).digest('hex'), 'it succeeded'],
  ])('%s by what its index says of a file that is stored by itself', async (_what, sha256, message) => {
    const large = 'files/uploads/00002.bin';
    const content = Buffer.from('three'.repeat(300));
    const [some] = set.manifest.objects;
    const objects = [...set.manifest.objects, { ...some, key: large }];
    const stored = replaceObject({ ...set, manifest: { ...set.manifest, objects } }, large, content);
    const entries = indexOf(stored).map((entry) =>
      entry.path === 'three' ? { ...entry, sha256, bytes: [{ object: large, at: 0, length: content.length }] } : entry,
    );
    const { storage, manifest } = replaceIndex(stored, entries);
    const only = new SetObjects(manifest).all.filter(({ key }) => key === large);

    const failure = failureOf(() => verifyRoots({ ...reading(storage), manifest, objects: only }));
    expect(await failure.catch((error: unknown) => error)).toMatchObject({ message });
  });

  it('is refused when a bundle inflates beyond what the manifest says', async () => {
    const objects = set.manifest.objects.map((object) =>
      object.key === BUNDLE ? { ...object, plainSize: object.plainSize - 512 } : object,
    );
    expect(await restore({ ...set, manifest: { ...set.manifest, objects } })).toMatchObject({ code: 'damaged' });
    expect(readdirSync(join(folder.path, 'arena'))).toEqual([]);
  });

  it('is refused when it has 10 GB of holes for a few bytes', async () => {
    const entries = indexOf(set).map((entry) =>
      entry.path === 'three' ? { ...entry, size: 1e10, sparse: true } : entry,
    );
    expect(await restore(replaceIndex(set, entries))).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('three has not as many bytes as its size says'),
    });
    expect(readdirSync(join(folder.path, 'arena'))).toEqual([]);
  });

  it('is refused when a file stands below a link', async () => {
    const entries = indexOf(set).map((entry) =>
      entry.path === 'a' ? { ...entry, type: 'symlink', inode: undefined, target: folder.path } : entry,
    );
    expect(await restore(replaceIndex(set, entries))).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('stands outside of its folder'),
    });
    rmSync(join(folder.path, 'tree'), { recursive: true });
    expect(readdirSync(folder.path).sort()).toEqual(['arena', 'storage']);
  });

  it.each([1, 2])('ends well or with a named error, and leaves no trace outside, for seed %i', async (seed) => {
    expect(await trySet(LIBRARY, mutate(set, seededRandom(seed)), folder.path)).toBeNull();
  });

  it('does so with anything in the place of anything in its manifest', async () => {
    const random = seededRandom(20261122);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await tryManifest(LIBRARY, set, random, folder.path)).toBeNull();
    }
  });
});

describe('A set that somebody else has made on another one', () => {
  let folder: TemporaryFolder;
  let set: PlainSet;

  beforeEach(async () => {
    folder = await temporaryFolder('hostile');
    mkdirSync(join(folder.path, 'arena'));
    set = await makePlainChain(LIBRARY, folder.path);
  });

  afterEach(() => folder.remove());

  it('is well as it is', async () => {
    expect(await trySet(LIBRARY, set, folder.path)).toBeNull();
    const restored = (name: string): string => readFileSync(join(folder.path, 'arena/to/uploads', name), 'utf8');
    expect(restored('three')).toBe('changed');
    expect(restored('a/b/two')).toBe('a/b/two'.repeat(300));
  });

  it.each([3, 4])('ends well or with a named error, and leaves no trace outside, for seed %i', async (seed) => {
    expect(await trySet(LIBRARY, mutate(set, seededRandom(seed)), folder.path)).toBeNull();
  });

  it('does so with anything in the place of anything in its manifest', async () => {
    const random = seededRandom(20261122);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(await tryManifest(LIBRARY, set, random, folder.path)).toBeNull();
    }
  });
});
