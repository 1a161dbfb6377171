import { randomBytes } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { ChunkCompressor } from './chunk-compressor.js';
import { parseCompression } from './compression.js';

const CHUNK = 1024 * 1024;
const TEXT = Buffer.from('INSERT INTO `orders` VALUES (1, 2);\n'.repeat(40_000)).subarray(0, CHUNK);

/** What a frame has besides its content: nothing was done to that. */
const FRAME_BYTES = 40;

describe('The compressor of an object', () => {
  const compress = (chunks: readonly Buffer[], text = 'zstd:1'): Buffer[] => {
    const compressor = new ChunkCompressor(parseCompression(text));
    return chunks.map((chunk) => compressor.compress(chunk));
  };

  it('gives back what it was given, whether that gets smaller or not', () => {
    const chunks = [TEXT, randomBytes(CHUNK), randomBytes(CHUNK), TEXT, randomBytes(CHUNK), randomBytes(70_000), TEXT];

    const frames = compress(chunks);

    expect(frames.map((frame, place) => zstdDecompressSync(frame).equals(chunks[place]))).not.toContain(false);
  });

  it('compresses what gets smaller after what did not', () => {
    const [, , text] = compress([randomBytes(CHUNK), randomBytes(CHUNK), TEXT]);

    expect(text.length).toBeLessThan(CHUNK / 100);
  });

  it('compresses a chunk of which a tenth gets smaller', () => {
    const mixed = randomBytes(CHUNK);
    TEXT.copy(mixed, CHUNK / 2, 0, CHUNK / 10);

    const [, , frame] = compress([randomBytes(CHUNK), randomBytes(CHUNK), mixed]);

    expect(frame.length).toBeLessThan(0.92 * CHUNK);
  });

  it('adds next to nothing to what does not get smaller', () => {
    const frames = compress([randomBytes(CHUNK), randomBytes(CHUNK), randomBytes(CHUNK)]);

    expect(Math.max(...frames.map(({ length }) => length))).toBeLessThan(CHUNK + FRAME_BYTES);
  });

  it.each(['gzip:1', 'none'])('does as %s does, whatever came before', (text) => {
    const noise = randomBytes(100_000);
    const [first, second] = compress([noise, noise], text);

    expect(second.equals(first)).toBe(true);
  });
});
