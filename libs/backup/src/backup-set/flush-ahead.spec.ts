import type { BackupStorage } from '../storage/backup-storage.js';
import { FlushAhead } from './flush-ahead.js';
import type { ObjectRecord } from './manifest.js';

const MEBIBYTE = 1024 * 1024;

function object(key: string, size: number): ObjectRecord {
  return { key, size, sha256: '', plainSize: size, plainSha256: '' };
}

function flushAhead(flush: (prefix: string) => Promise<void>): FlushAhead {
  return new FlushAhead({ flush } as BackupStorage, 'set');
}

describe('objects that are flushed while others are written', () => {
  it('are the large ones of the set itself', async () => {
    const flushed: string[] = [];
    const ahead = flushAhead((prefix) => Promise.resolve(void flushed.push(prefix)));
    ahead.add([object('a', MEBIBYTE), object('b', MEBIBYTE - 1), { ...object('c', MEBIBYTE), set: 'other' }]);
    ahead.add([object('d', 2 * MEBIBYTE)]);
    await ahead.done();
    expect(flushed).toEqual(['set/a', 'set/d']);
  });

  it('fail the backup when they cannot be', async () => {
    const ahead = flushAhead(() => Promise.reject(new Error('no space left')));
    ahead.add([object('a', MEBIBYTE)]);
    ahead.add([object('b', MEBIBYTE)]);
    await expect(ahead.done()).rejects.toThrow('no space left');
  });
});
