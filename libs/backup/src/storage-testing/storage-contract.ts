import assert from 'node:assert/strict';
import type { BackupStorage } from '../storage/backup-storage.js';

/** A storage that nothing is in yet. */
export interface StorageUnderTest {
  readonly storage: BackupStorage;
  /** Keys of everything that is kept, unfinished uploads and all, as far as that can be told; sorted. */
  readonly leftovers: () => Promise<string[]>;
}

/** One promise of {@link BackupStorage}. */
export interface StoragePromise {
  readonly name: string;
  /** Fails with an `AssertionError` when the storage breaks the promise. */
  readonly check: (tested: StorageUnderTest) => Promise<void>;
}

const SET = '20261121T221005Z-database-3f9c2a';

const HOSTILE_KEYS = [
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

async function* pieces(...contents: (string | Buffer)[]): AsyncIterable<Buffer> {
  for (const content of contents) {
    yield await Promise.resolve(Buffer.from(content));
  }
}

async function read(storage: BackupStorage, key: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of storage.get(key)) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString();
}

async function keys(storage: BackupStorage, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of storage.list(prefix)) {
    found.push(key);
  }
  return found.sort();
}

/** Whatever realm the lists are from: test frameworks have their own. */
function assertKeys(actual: readonly string[], expected: readonly string[], message?: string): void {
  assert.equal(JSON.stringify(actual), JSON.stringify(expected), message);
}

const promises: Record<string, StoragePromise['check']> = {
  'gives back what was put, with its size and time': async ({ storage }) => {
    const before = Date.now();
    assert.equal(await storage.put(`${SET}/a/b.sql`, pieces('one ', '', 'two')), 7);

    assert.equal(await read(storage, `${SET}/a/b.sql`), 'one two');
    const found = await storage.stat(`${SET}/a/b.sql`);
    assert.equal(found?.key, `${SET}/a/b.sql`);
    assert.equal(found.size, 7);
    assert.ok(Math.abs(found.modifiedAt.getTime() - before) < 60_000, 'it was put within the last minute');
  },

  'keeps empty and large objects, each in many pieces': async ({ storage }) => {
    const large = Array.from({ length: 40 }, (_, index) => Buffer.alloc(100_000, index));
    await storage.put('empty', pieces());
    await storage.put('large', pieces(...large));
    assert.equal(await read(storage, 'empty'), '');
    assert.equal((await storage.stat('empty'))?.size, 0);
    let size = 0;
    for await (const chunk of storage.get('large')) {
      size += chunk.length;
    }
    assert.equal(size, 4_000_000);
  },

  'replaces an object': async ({ storage }) => {
    await storage.put(`${SET}/a`, pieces('a long first version'));
    await storage.put(`${SET}/a`, pieces('second'));
    assert.equal(await read(storage, `${SET}/a`), 'second');
  },

  'shows an object when it is complete and not before': async ({ storage }) => {
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
    assert.equal(await storage.stat(`${SET}/a`), null);
    assertKeys(await keys(storage, SET), []);
    end(true);
    await written;
    assert.equal(await read(storage, `${SET}/a`), 'half and half');
  },

  'leaves nothing of an upload whose source fails, and hands its error on': async ({ storage, leftovers }) => {
    async function* failing(): AsyncIterable<Buffer> {
      yield await Promise.resolve(Buffer.from('half'));
      throw new Error('the source is gone');
    }
    await assert.rejects(storage.put(`${SET}/a`, failing()), /the source is gone/);
    assert.equal(await storage.stat(`${SET}/a`), null);
    assertKeys(await leftovers(), []);
  },

  'leaves the earlier object when its replacement is aborted': async ({ storage, leftovers }) => {
    await storage.put(`${SET}/a`, pieces('first'));
    const abort = new AbortController();
    async function* endless(): AsyncIterable<Buffer> {
      for (let count = 0; ; count++) {
        if (count === 3) {
          abort.abort(new Error('enough'));
        }
        yield await Promise.resolve(Buffer.from('more'));
      }
    }
    await assert.rejects(storage.put(`${SET}/a`, endless(), abort.signal), /enough/);
    assert.equal(await read(storage, `${SET}/a`), 'first');
    assertKeys(await leftovers(), [`${SET}/a`]);
  },

  'takes no chunk for later: it may be used again once the next is asked for': async ({ storage }) => {
    const shared = Buffer.alloc(5);
    async function* reusing(): AsyncIterable<Buffer> {
      for (const text of ['aaaaa', 'bbbbb', 'ccccc']) {
        shared.write(text);
        yield await Promise.resolve(shared);
      }
      shared.fill('x');
    }
    await storage.put('a', reusing());
    assert.equal(await read(storage, 'a'), 'aaaaabbbbbccccc');
  },

  'stops a read that is aborted': async ({ storage }) => {
    await storage.put('a', pieces(...Array.from({ length: 50 }, () => Buffer.alloc(100_000))));
    const abort = new AbortController();
    await assert.rejects(async () => {
      for await (const chunk of storage.get('a', abort.signal)) {
        assert.ok(chunk.length > 0);
        abort.abort();
      }
    });
  },

  'says not_found of an object that is not there, and null of its size': async ({ storage }) => {
    await assert.rejects(read(storage, `${SET}/missing`), { code: 'not_found' });
    await storage.put(`${SET}/folder/a`, pieces('x'));
    assert.equal(await storage.stat(`${SET}/missing`), null);
    assert.equal(await storage.stat(`${SET}/folder`), null);
    assert.equal(await storage.stat(`${SET}/folder/a/b`), null);
  },

  'lists what is under a prefix, and sets by name': async ({ storage }) => {
    await storage.put(`${SET}/manifest.json`, pieces('x'));
    await storage.put(`${SET}/database/shop/a.sql`, pieces('xy'));
    await storage.put(`${SET}x/a`, pieces('x'));

    assertKeys(await keys(storage, SET), [`${SET}/database/shop/a.sql`, `${SET}/manifest.json`]);
    assertKeys(await keys(storage, `${SET}/database`), [`${SET}/database/shop/a.sql`]);
    assert.equal((await keys(storage, '')).length, 3);
    assertKeys(await keys(storage, 'missing'), []);
    assertKeys((await storage.listSets()).sort(), [SET, `${SET}x`]);
  },

  'deletes an object, also one that is not there': async ({ storage }) => {
    await storage.put(`${SET}/a`, pieces('x'));
    await storage.put(`${SET}/b`, pieces('x'));
    await storage.delete(`${SET}/a`);
    await storage.delete(`${SET}/a`);
    await storage.delete('missing/entirely');
    assertKeys(await keys(storage, ''), [`${SET}/b`]);
  },

  'can still be used when its last object was deleted': async ({ storage }) => {
    await storage.put('a', pieces('x'));
    await storage.delete('a');
    await storage.check();
    await storage.put('b', pieces('x'));
    assertKeys(await keys(storage, ''), ['b']);
  },

  'deletes a set with all that is in it, and no other': async ({ storage, leftovers }) => {
    await storage.put(`${SET}/a/b/c`, pieces('x'));
    await storage.put(`${SET}x/a`, pieces('x'));
    await storage.deleteSet(SET);
    await storage.deleteSet(SET);
    assertKeys(await storage.listSets(), [`${SET}x`]);
    assertKeys(await leftovers(), [`${SET}x/a`]);
  },

  'can be checked, flushed and swept without leaving anything behind': async ({ storage, leftovers }) => {
    await storage.check();
    assertKeys(await leftovers(), []);
    await storage.put(`${SET}/a/b`, pieces('x'));
    await storage.flush(`${SET}/a/b`);
    await storage.flush(SET);
    await storage.sweep(`${SET}/a/b`, new Date());
    await storage.sweep(`${SET}/c`, new Date());
    assertKeys(await leftovers(), [`${SET}/a/b`]);
  },

  'refuses keys that could lead elsewhere, whatever is to be done with them': async ({ storage, leftovers }) => {
    for (const key of HOSTILE_KEYS) {
      const refusal = { code: 'invalid_name' };
      const message = JSON.stringify(key);
      await assert.rejects(async () => storage.put(key, pieces('x')), refusal, message);
      await assert.rejects(read(storage, key), refusal, message);
      await assert.rejects(async () => storage.stat(key), refusal, message);
      await assert.rejects(async () => storage.delete(key), refusal, message);
      await assert.rejects(async () => storage.sweep(key, new Date()), refusal, message);
      await assert.rejects(async () => storage.deleteSet(key), refusal, message);
      if (key !== '') {
        await assert.rejects(keys(storage, key), refusal, message);
      }
      assertKeys(await leftovers(), [], message);
    }
  },

  'deletes no set by a key of several names': async ({ storage }) => {
    await storage.put(`${SET}/a/b`, pieces('x'));
    await assert.rejects(async () => storage.deleteSet(`${SET}/a`), { code: 'invalid_name' });
    assert.equal((await keys(storage, SET)).length, 1);
  },

  'tells its place without a secret': ({ storage }) => {
    assert.match(storage.location, /^[a-z0-9+.-]+:\/\/[^@]*$/);
    return Promise.resolve();
  },

  'knows how much room there is, or says that it does not': async ({ storage }) => {
    const room = await storage.room();
    assert.ok(room === null || (room.freeBytes >= 0 && room.freeBytes <= room.totalBytes));
  },
};

/**
 * What every storage has to keep, to be checked by the test framework of your choice, each with an empty storage.
 *
 * @example
 * for (const { name, check } of storageContract) {
 *   it(name, () => check(emptyStorage()));
 * }
 */
export const storageContract: readonly StoragePromise[] = Object.entries(promises).map(([name, check]) => ({
  name,
  check,
}));
