import type { BackupStorage } from '@app/backup/storage/backup-storage.js';

export interface StorageUnderTest {
  readonly storage: BackupStorage;
  /** Everything that is kept, unfinished uploads and all, as far as the driver can tell; for "leaves nothing behind". */
  leftovers(): Promise<string[]>;
  remove(): Promise<void>;
}

async function* pieces(...contents: (string | Buffer)[]): AsyncIterable<Buffer> {
  for (const content of contents) yield await Promise.resolve(Buffer.from(content));
}

async function read(storage: BackupStorage, key: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of storage.get(key)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

async function keys(storage: BackupStorage, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of storage.list(prefix)) found.push(key);
  return found.sort();
}

const SET = '20261121T221005Z-database-3f9c2a';

/** The promises of {@link BackupStorage}, which every driver has to keep. */
export function describeStorage(driver: string, create: () => Promise<StorageUnderTest>): void {
  describe(`${driver} as a storage`, () => {
    let tested: StorageUnderTest;
    let storage: BackupStorage;

    beforeEach(async () => {
      tested = await create();
      ({ storage } = tested);
    });

    afterEach(() => tested.remove());

    it('gives back what was put, with its size and time', async () => {
      const before = Date.now();
      expect(await storage.put(`${SET}/a/b.sql`, pieces('one ', '', 'two'))).toBe(7);

      expect(await read(storage, `${SET}/a/b.sql`)).toBe('one two');
      const found = await storage.stat(`${SET}/a/b.sql`);
      expect(found).toMatchObject({ key: `${SET}/a/b.sql`, size: 7 });
      expect(Math.abs((found?.modifiedAt.getTime() ?? 0) - before)).toBeLessThan(60_000);
    });

    it('keeps empty and large objects, each in many pieces', async () => {
      const large = Array.from({ length: 40 }, (_, index) => Buffer.alloc(100_000, index));
      await storage.put('empty', pieces());
      await storage.put('large', pieces(...large));
      expect(await read(storage, 'empty')).toBe('');
      expect(await storage.stat('empty')).toMatchObject({ size: 0 });
      let size = 0;
      for await (const chunk of storage.get('large')) size += chunk.length;
      expect(size).toBe(4_000_000);
    });

    it('replaces an object', async () => {
      await storage.put(`${SET}/a`, pieces('a long first version'));
      await storage.put(`${SET}/a`, pieces('second'));
      expect(await read(storage, `${SET}/a`)).toBe('second');
    });

    it('shows an object when it is complete and not before', async () => {
      const { promise: hasStarted, resolve: started } = Promise.withResolvers<boolean>();
      const { promise: mayEnd, resolve: end } = Promise.withResolvers<boolean>();
      async function* slow(): AsyncIterable<Buffer> {
        yield Buffer.from('half');
        started(true);
        await mayEnd;
        yield Buffer.from(' and half');
      }
      const written = storage.put(`${SET}/a`, slow());
      await hasStarted;
      expect(await storage.stat(`${SET}/a`)).toBeNull();
      expect(await keys(storage, SET)).toEqual([]);
      end(true);
      await written;
      expect(await read(storage, `${SET}/a`)).toBe('half and half');
    });

    it('leaves nothing of an upload whose source fails, and hands its error on', async () => {
      async function* failing(): AsyncIterable<Buffer> {
        yield await Promise.resolve(Buffer.from('half'));
        throw new Error('the source is gone');
      }
      await expect(storage.put(`${SET}/a`, failing())).rejects.toThrow('the source is gone');
      expect(await storage.stat(`${SET}/a`)).toBeNull();
      expect(await tested.leftovers()).toEqual([]);
    });

    it('leaves the earlier object when its replacement is aborted', async () => {
      await storage.put(`${SET}/a`, pieces('first'));
      const abort = new AbortController();
      async function* endless(): AsyncIterable<Buffer> {
        for (let count = 0; ; count++) {
          if (count === 3) abort.abort(new Error('enough'));
          yield await Promise.resolve(Buffer.from('more'));
        }
      }
      await expect(storage.put(`${SET}/a`, endless(), abort.signal)).rejects.toThrow('enough');
      expect(await read(storage, `${SET}/a`)).toBe('first');
      expect(await tested.leftovers()).toEqual([`${SET}/a`]);
    });

    it('takes no chunk for later: it may be used again once the next is asked for', async () => {
      const shared = Buffer.alloc(5);
      async function* reusing(): AsyncIterable<Buffer> {
        for (const text of ['aaaaa', 'bbbbb', 'ccccc']) {
          shared.write(text);
          yield await Promise.resolve(shared);
        }
        shared.fill('x');
      }
      await storage.put('a', reusing());
      expect(await read(storage, 'a')).toBe('aaaaabbbbbccccc');
    });

    it('stops a read that is aborted', async () => {
      await storage.put('a', pieces(...Array.from({ length: 50 }, () => Buffer.alloc(100_000))));
      const abort = new AbortController();
      const reading = async (): Promise<number> => {
        let size = 0;
        for await (const chunk of storage.get('a', abort.signal)) {
          size += chunk.length;
          abort.abort();
        }
        return size;
      };
      await expect(reading()).rejects.toThrow();
    });

    it('says not_found of an object that is not there, and null of its size', async () => {
      await expect(read(storage, `${SET}/missing`)).rejects.toMatchObject({ code: 'not_found' });
      await storage.put(`${SET}/folder/a`, pieces('x'));
      expect(await storage.stat(`${SET}/missing`)).toBeNull();
      expect(await storage.stat(`${SET}/folder`)).toBeNull();
      expect(await storage.stat(`${SET}/folder/a/b`)).toBeNull();
    });

    it('lists what is under a prefix, and sets by name', async () => {
      await storage.put(`${SET}/manifest.json`, pieces('x'));
      await storage.put(`${SET}/database/shop/a.sql`, pieces('xy'));
      await storage.put(`${SET}x/a`, pieces('x'));

      expect(await keys(storage, SET)).toEqual([`${SET}/database/shop/a.sql`, `${SET}/manifest.json`]);
      expect(await keys(storage, `${SET}/database`)).toEqual([`${SET}/database/shop/a.sql`]);
      expect(await keys(storage, '')).toHaveLength(3);
      expect(await keys(storage, 'missing')).toEqual([]);
      expect((await storage.listSets()).sort()).toEqual([SET, `${SET}x`]);
    });

    it('deletes an object, also one that is not there', async () => {
      await storage.put(`${SET}/a`, pieces('x'));
      await storage.put(`${SET}/b`, pieces('x'));
      await storage.delete(`${SET}/a`);
      await storage.delete(`${SET}/a`);
      await storage.delete('missing/entirely');
      expect(await keys(storage, '')).toEqual([`${SET}/b`]);
    });

    it('can still be used when its last object was deleted', async () => {
      await storage.put('a', pieces('x'));
      await storage.delete('a');
      await storage.check();
      await storage.put('b', pieces('x'));
      expect(await keys(storage, '')).toEqual(['b']);
    });

    it('deletes a set with all that is in it, and no other', async () => {
      await storage.put(`${SET}/a/b/c`, pieces('x'));
      await storage.put(`${SET}x/a`, pieces('x'));
      await storage.deleteSet(SET);
      await storage.deleteSet(SET);
      expect(await storage.listSets()).toEqual([`${SET}x`]);
      expect(await tested.leftovers()).toEqual([`${SET}x/a`]);
    });

    it('can be checked and flushed without leaving anything behind', async () => {
      await storage.check();
      expect(await tested.leftovers()).toEqual([]);
      await storage.put(`${SET}/a/b`, pieces('x'));
      await storage.flush(SET);
      expect(await tested.leftovers()).toEqual([`${SET}/a/b`]);
    });

    const HOSTILE = [
      '..',
      '../x',
      'a/../../x',
      '/etc/passwd',
      'a//b',
      'a/',
      './a',
      'a\\b',
      'a\0b',
      'a b',
      'ä',
      '',
      'a\n',
    ];

    it.each(HOSTILE)('refuses the key %j, whatever is to be done with it', async (key) => {
      const refusal = { code: 'invalid_name' };
      await expect(storage.put(key, pieces('x'))).rejects.toMatchObject(refusal);
      await expect(read(storage, key)).rejects.toMatchObject(refusal);
      await expect(storage.stat(key)).rejects.toMatchObject(refusal);
      await expect(storage.delete(key)).rejects.toMatchObject(refusal);
      await expect(storage.deleteSet(key)).rejects.toMatchObject(refusal);
      if (key !== '') await expect(keys(storage, key)).rejects.toMatchObject(refusal);
      expect(await tested.leftovers()).toEqual([]);
    });

    it('deletes no set by a key of several names', async () => {
      await storage.put(`${SET}/a/b`, pieces('x'));
      await expect(storage.deleteSet(`${SET}/a`)).rejects.toMatchObject({ code: 'invalid_name' });
      expect(await keys(storage, SET)).toHaveLength(1);
    });

    it('tells its place without a secret', () => {
      expect(storage.location).toMatch(/^[a-z0-9]+:\/\/[^@]*$/);
    });
  });
}
