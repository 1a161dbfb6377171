import { GrowingBuffer } from '../growing-buffer.js';

const MAGIC = 0xfd2fb528;
/** The shortest frame: magic, descriptor, window or size, one empty block. */
const SHORTEST = 9;
const BLOCK_HEADER = 3;
const RLE = 1;
const RESERVED = 3;
const CHECKSUM = 4;
/** The largest block. */
const BLOCK = 128 * 1024;
/** One segment, whose size follows in four bytes. */
const SIZED = 0xa0;
const SIZED_HEADER = 9;

/**
 * Splits zstd data into its frames. Node's decompressors stop at the end of the first frame in a chunk, so each frame
 * has to be found and handed over by itself.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1
 */
export class ZstdFrameSplitter {
  private readonly data = new GrowingBuffer(512 * 1024);

  /** The frames that this chunk completes, each valid until the next is asked for. @throws Error when it is no zstd */
  *push(chunk: Buffer): Iterable<Buffer> {
    this.data.add(chunk);
    const { bytes } = this.data;
    let start = 0;
    let end = frameEnd(bytes);
    while (end !== null) {
      yield bytes.subarray(start, start + end);
      start += end;
      end = frameEnd(bytes.subarray(start));
    }
    this.data.drop(start);
  }

  /** Nothing can be pushed afterwards. */
  release(): void {
    this.data.release();
  }

  /** Bytes after the last whole frame. */
  rest(): number {
    return this.data.bytes.length;
  }
}

/**
 * A frame that holds bytes as they are, in blocks of kind 0.
 *
 * @param content not empty
 */
export function uncompressedFrame(content: Buffer): Buffer {
  const blocks = Math.ceil(content.length / BLOCK);
  const frame = Buffer.allocUnsafeSlow(SIZED_HEADER + blocks * BLOCK_HEADER + content.length);
  frame.writeUInt32LE(MAGIC);
  frame[4] = SIZED;
  frame.writeUInt32LE(content.length, 5);
  let end = SIZED_HEADER;
  for (let at = 0; at < content.length; at += BLOCK) {
    const length = Math.min(BLOCK, content.length - at);
    const isLast = at + length === content.length;
    frame.writeUIntLE((length << 3) | (isLast ? 1 : 0), end, BLOCK_HEADER);
    end += BLOCK_HEADER + content.copy(frame, end + BLOCK_HEADER, at, at + length);
  }
  return frame;
}

/** Where the frame at the start of the data ends; null when it is not all there yet. */
function frameEnd(data: Buffer): number | null {
  if (data.length < SHORTEST) {
    return null;
  }
  if (data.readUInt32LE(0) !== MAGIC) {
    throw new Error('not a zstd frame');
  }
  const descriptor = data[4];
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  const dictionaryId = [0, 1, 2, 4][descriptor & 0x03];
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6];
  let at = 5 + (isSingleSegment ? 0 : 1) + dictionaryId + contentSize;
  for (;;) {
    if (at + BLOCK_HEADER > data.length) {
      return null;
    }
    const header = data.readUIntLE(at, BLOCK_HEADER);
    const type = (header >> 1) & 0x03;
    if (type === RESERVED) {
      throw new Error('a zstd block of unknown type');
    }
    at += BLOCK_HEADER + (type === RLE ? 1 : header >> 3);
    if ((header & 1) === 1) {
      at += hasChecksum ? CHECKSUM : 0;
      return at <= data.length ? at : null;
    }
  }
}
