import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import {
  compressChunk,
  compressionOf,
  compressionSuffix,
  decompress,
  formatCompression,
  parseCompression,
} from './compression.js';

describe('parseCompression', () => {
  it.each([
    ['zstd', 'zstd:1'],
    ['zstd:1', 'zstd:1'],
    ['zstd:19', 'zstd:19'],
    ['gzip', 'gzip:6'],
    ['gzip:9', 'gzip:9'],
    ['none', 'none'],
  ])('reads %s as %s', (text, meaning) => {
    expect(formatCompression(parseCompression(text))).toBe(meaning);
  });

  it.each([
    '',
    'zip',
    'zstd:0',
    'zstd:20',
    'zstd:',
    'zstd:1.5',
    'zstd:-1',
    'gzip:0',
    'gzip:10',
    'none:1',
    'ZSTD',
    ' zstd',
    'zstd:1\n',
  ])('refuses %j', (text) => {
    expect(() => parseCompression(text)).toThrow(
      `${JSON.stringify(text)} is not a compression: use zstd:1 to zstd:19, gzip:1 to gzip:9, or none.`,
    );
  });
});

/** More than any test reads. */
const LIMIT = 1e9;

async function decompressed(algorithm: 'zstd' | 'gzip' | 'none', stored: Buffer, limit = LIMIT): Promise<Buffer> {
  // each piece is valid until the next one is asked for, here as there
  const memory = Buffer.alloc(1000);
  async function* pieces(): AsyncIterable<Buffer> {
    for (let at = 0; at < stored.length; at += memory.length) {
      yield await Promise.resolve(memory.subarray(0, stored.copy(memory, 0, at, at + memory.length)));
    }
  }
  const chunks: Buffer[] = [];
  for await (const chunk of decompress(algorithm, pieces(), limit)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

describe.each(['zstd:1', 'zstd:19', 'gzip:1', 'gzip:6', 'none'])('%s', (text) => {
  const compression = parseCompression(text);
  const { algorithm } = compression;

  it.each<[string, Buffer[]]>([
    ['an empty chunk', [Buffer.alloc(0)]],
    ['text', [Buffer.from('INSERT INTO `t` VALUES\n(1);\n')]],
    ['several chunks', [Buffer.from('a'), Buffer.alloc(100_000, 'b'), Buffer.from('c')]],
    ['what does not compress', [randomBytes(200_000), randomBytes(1)]],
    ['more than fits in one piece', [Buffer.alloc(3_000_000, 'abc')]],
  ])('gives %s back', async (_, chunks) => {
    const stored = Buffer.concat(chunks.map((chunk) => compressChunk(compression, chunk)));
    const plain = await decompressed(algorithm, stored, 4_000_000);
    expect(plain.equals(Buffer.concat(chunks))).toBe(true);
  });

  it('lets the chunk be used again after the call', () => {
    const chunk = Buffer.from('first');
    const stored = compressChunk(compression, chunk);
    const copy = Buffer.from(stored);
    chunk.write('other');
    expect(stored.equals(copy)).toBe(true);
  });

  it('is known by the name of an object', () => {
    expect(compressionOf(`database/shop/orders.00001.sql${compressionSuffix(compression)}`)).toBe(algorithm);
  });
});

describe('decompress', () => {
  const stored = (text: string): Buffer => compressChunk(parseCompression(text), randomBytes(5000));

  it.each(['zstd:1', 'gzip:6'])('refuses %s that is cut off', async (text) => {
    const { algorithm } = parseCompression(text);
    await expect(decompressed(algorithm, stored(text).subarray(0, -10))).rejects.toThrow();
  });

  it('refuses a gzip object of no bytes at all', async () => {
    await expect(decompressed('gzip', Buffer.alloc(0))).rejects.toThrow('unexpected end of file');
  });

  it.each(['zstd:1', 'gzip:6', 'none'])(
    'lets a reader of %s stop early, and then stops reading storage',
    async (text) => {
      const { algorithm } = parseCompression(text);
      const source = { hasEnded: false };
      async function* endless(): AsyncIterable<Buffer> {
        try {
          for (;;) yield await Promise.resolve(stored(text));
        } finally {
          source.hasEnded = true;
        }
      }
      const reader = decompress(algorithm, endless(), LIMIT)[Symbol.asyncIterator]();
      expect((await reader.next()).done).toBe(false);
      await reader.return?.();
      expect(source.hasEnded).toBe(true);
    },
  );

  it.each(['zstd:1', 'gzip:6', 'none'])('hands on the error of a storage that fails half-way, for %s', async (text) => {
    async function* failing(): AsyncIterable<Buffer> {
      yield await Promise.resolve(stored(text));
      throw new Error('the disk is gone');
    }
    const read = async (): Promise<number> => {
      let size = 0;
      for await (const chunk of decompress(parseCompression(text).algorithm, failing(), LIMIT)) size += chunk.length;
      return size;
    };
    await expect(read()).rejects.toThrow('the disk is gone');
  });

  it.each(['zstd:1', 'gzip:6'])('refuses %s with something else after it', async (text) => {
    const { algorithm } = parseCompression(text);
    await expect(
      decompressed(algorithm, Buffer.concat([stored(text), Buffer.from('something else')])),
    ).rejects.toThrow();
  });

  it('stops at a frame that holds more than there should be', async () => {
    const bomb = compressChunk(parseCompression('zstd:1'), Buffer.alloc(10_000_000));
    await expect(decompressed('zstd', bomb, 1000)).rejects.toThrow();
  });

  it('makes members that the stock program reads as one', () => {
    const members = ['one ', 'two'].map((text) => compressChunk(parseCompression('gzip:6'), Buffer.from(text)));
    expect(gunzipSync(Buffer.concat(members)).toString()).toBe('one two');
  });
});
