import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storageContract } from '../storage-testing/storage-contract.js';
import { LocalStorage } from './local-storage.js';
import { openStorage, parseStorageUrl } from './open-storage.js';

const createFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'nestjs-backup-storage-'));

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}

async function* bytes(text: string): AsyncIterable<Buffer> {
  yield await Promise.resolve(Buffer.from(text));
}

describe('A local folder as a storage', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await createFolder();
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each(storageContract)('$name', ({ check }) =>
    check({ storage: new LocalStorage(folder), leftovers: () => filesIn(folder) }),
  );
});

describe('A local folder as the storage of a thread that waits itself', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await createFolder();
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each(storageContract)('$name', ({ check }) =>
    check({ storage: new LocalStorage(folder, true), leftovers: () => filesIn(folder) }),
  );
});

describe('LocalStorage', () => {
  let folder: string;
  let storage: LocalStorage;

  beforeEach(async () => {
    folder = await createFolder();
    storage = new LocalStorage(folder);
  });

  afterEach(async () => {
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true, force: true });
  });

  it('never creates its own folder, so that an unmounted disk is noticed', async () => {
    const missing = new LocalStorage(join(folder, 'missing'));
    const error = {
      code: 'storage_missing',
      message: `The storage folder file://${folder}/missing does not exist: create it, mount it, or point the storage option at another one.`,
    };
    await expect(missing.check()).rejects.toMatchObject(error);
    await expect(missing.listSets()).rejects.toMatchObject(error);
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not take a file for its folder', async () => {
    await writeFile(join(folder, 'file'), 'x');
    await expect(new LocalStorage(join(folder, 'file')).check()).rejects.toMatchObject({ code: 'storage_missing' });
  });

  it('lets nobody but its owner read what it writes', async () => {
    await storage.put('set/a/b', bytes('x'));
    const modes = await Promise.all(['set', 'set/a', 'set/a/b'].map((path) => stat(join(folder, path))));
    expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '700', '600']);
  });

  it('shows no unfinished upload, and clears it away with its set', async () => {
    await mkdir(join(folder, 'set'));
    await writeFile(join(folder, 'set', 'a.partial-abcdef'), 'x');
    const found: unknown[] = [];
    for await (const object of storage.list('')) found.push(object);
    expect(found).toEqual([]);
    await storage.deleteSet('set');
    expect(await readdir(folder)).toEqual([]);
  });

  it('sweeps what killed processes left of an object before a time, and of no other', async () => {
    await storage.put('set/key', bytes('whole'));
    for (const [name, time] of Object.entries({ 'key.partial-old': 1, 'key.partial-new': 3, 'keys.partial-old': 1 })) {
      await writeFile(join(folder, 'set', name), 'half');
      await utimes(join(folder, 'set', name), time, time);
    }
    await storage.sweep('set/key', new Date(2000));
    await storage.sweep('gone/key', new Date(2000));
    expect(await filesIn(folder)).toEqual(['set/key', 'set/key.partial-new', 'set/keys.partial-old']);
  });

  it('counts folders with the names of sets only', async () => {
    await mkdir(join(folder, '20261121T221005Z-database-3f9c2a'));
    await mkdir(join(folder, 'lost and found'));
    await writeFile(join(folder, 'README'), 'x');
    expect(await storage.listSets()).toEqual(['20261121T221005Z-database-3f9c2a']);
  });

  it('removes a link, never what it leads to', async () => {
    const outside = await createFolder();
    try {
      await writeFile(join(outside, 'precious'), 'x');
      await mkdir(join(folder, 'set'));
      await symlink(outside, join(folder, 'set', 'link'));
      await storage.deleteSet('set');
      expect(await filesIn(outside)).toEqual(['precious']);
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(outside, { recursive: true, force: true });
    }
  });
});

describe('parseStorageUrl', () => {
  it.each([
    ['file:///var/backups', '/var/backups'],
    ['file:///var/my%20backups', '/var/my backups'],
    ['file://localhost/var/backups', '/var/backups'],
  ])('reads %s', (url, folder) => {
    const configuration = parseStorageUrl(url);
    expect(configuration).toEqual({ driver: 'local', folder });
    expect(openStorage(configuration).location).toBe(new URL(`file://${folder}`).href);
  });

  it.each(['', '/var/backups', 'var/backups', 's3://bucket', 'http://host/x', 'file://nas/share', 'file:///a%2Fb'])(
    'refuses %j',
    (url) => {
      expect(() => parseStorageUrl(url)).toThrow(
        /^The storage URL .*: use file:\/\/\/absolute\/path of a folder that exists\.$/,
      );
    },
  );
});
