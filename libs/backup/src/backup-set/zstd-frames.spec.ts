import { randomBytes } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { uncompressedFrame, ZstdFrameSplitter } from './zstd-frames.js';

/** The plain text of each frame, for data that comes in pieces. */
function split(data: Buffer, pieceBytes: number): { plain: Buffer[]; rest: number } {
  const splitter = new ZstdFrameSplitter();
  const plain: Buffer[] = [];
  for (let at = 0; at < data.length; at += pieceBytes) {
    for (const frame of splitter.push(data.subarray(at, at + pieceBytes))) plain.push(zstdDecompressSync(frame));
  }
  return { plain, rest: splitter.rest() };
}

const CONTENTS: [string, Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.from('x')],
  ['a repeated byte', Buffer.alloc(300_000, 'a')],
  ['random bytes, which do not compress', randomBytes(300_000)],
  ['text of 255 bytes', Buffer.from('ab'.repeat(127) + 'c')],
  ['text of 256 bytes', Buffer.from('ab'.repeat(128))],
  ['text of many blocks', Buffer.from(Array.from({ length: 60_000 }, (_, index) => `row ${String(index)}\n`).join(''))],
];

describe('ZstdFrameSplitter', () => {
  describe.each([1, 19])('with frames of level %d', (level) => {
    const compress = (content: Buffer, isChecked: boolean): Buffer =>
      zstdCompressSync(content, {
        params: {
          [constants.ZSTD_c_compressionLevel]: level,
          [constants.ZSTD_c_checksumFlag]: isChecked ? 1 : 0,
          [constants.ZSTD_c_contentSizeFlag]: isChecked ? 0 : 1,
        },
      });

    it.each(CONTENTS)('finds the end of a frame that holds %s', (_, content) => {
      for (const isChecked of [false, true]) {
        const frame = compress(content, isChecked);
        const two = split(Buffer.concat([frame, frame]), 10_000);
        expect(two.rest).toBe(0);
        expect(two.plain).toHaveLength(2);
        for (const plain of two.plain) expect(plain.equals(content)).toBe(true);
      }
    });

    it.each([1, 2, 7, 4096, 1_000_000])('finds the same frames in pieces of %d bytes', (size) => {
      const small = CONTENTS.map(([, content]) => content.subarray(0, 2000));
      const data = Buffer.concat(small.map((content, index) => compress(content, index % 2 === 0)));
      const found = split(data, size);
      expect(found.rest).toBe(0);
      expect(found.plain.map((plain) => plain.toString('hex'))).toEqual(
        small.map((content) => content.toString('hex')),
      );
    });
  });

  it('keeps a frame that is cut off', () => {
    const frame = zstdCompressSync(Buffer.from('something to cut off'));
    for (let length = 1; length < frame.length; length++) {
      expect(split(Buffer.concat([frame, frame.subarray(0, length)]), 5)).toMatchObject({
        plain: [Buffer.from('something to cut off')],
        rest: length,
      });
    }
  });

  it.each<[string, (frame: Buffer) => void]>([
    ['data that is no zstd', (frame) => frame.write('gzip', 0)],
    ['a block of the reserved type', (frame) => frame.writeUInt8(frame[6] | 0x06, 6)],
  ])('refuses %s', (_, damage) => {
    const frame = zstdCompressSync(Buffer.from('x'.repeat(20)));
    damage(frame);
    expect(() => split(frame, 100)).toThrow(/zstd/);
  });
});

describe('A frame of bytes as they are', () => {
  it.each([1, 128 * 1024, 128 * 1024 + 1, 1024 * 1024])('holds %d bytes as zstd reads them', (size) => {
    const content = randomBytes(size);
    const frame = uncompressedFrame(content);

    const { plain, rest } = split(Buffer.concat([frame, frame]), 10_000);

    expect({ rest, frames: plain.map((each) => each.equals(content)) }).toEqual({ rest: 0, frames: [true, true] });
  });
});
