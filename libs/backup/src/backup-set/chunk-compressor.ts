import { releaseBuffer } from '../release-buffer.js';
import { compressChunk, type Compression } from './compression.js';
import { uncompressedFrame } from './zstd-frames.js';

/** Pieces of a chunk that are looked at, and the bytes of each: short ones, so that small files among others are met, too. */
const SAMPLES = 16;
const SAMPLE_BYTES = 4096;
/** What a sample has to come down to at most, for its chunk to be compressed. */
const WORTHWHILE = 0.98;

/**
 * Compresses the chunks of an object. After one that did not get smaller, such as pictures, the next is compressed only if
 * samples of it do: that takes a seventh of the time.
 */
export class ChunkCompressor {
  private isDense = false;

  constructor(private readonly compression: Compression) {}

  /** A frame (member) of its own, as {@link compressChunk} gives it. */
  compress(chunk: Buffer): Buffer {
    if (this.isDense && !this.isWorthwhile(chunk)) {
      return uncompressedFrame(chunk);
    }
    const compressed = compressChunk(this.compression, chunk);
    this.isDense =
      this.compression.algorithm === 'zstd' &&
      chunk.length > SAMPLES * SAMPLE_BYTES &&
      compressed.length > chunk.length * WORTHWHILE;
    return compressed;
  }

  private isWorthwhile(chunk: Buffer): boolean {
    const step = Math.floor(chunk.length / SAMPLES);
    const sample = Buffer.concat(
      Array.from({ length: SAMPLES }, (_, number) => chunk.subarray(number * step, number * step + SAMPLE_BYTES)),
    );
    const compressed = compressChunk(this.compression, sample);
    const { length } = compressed;
    releaseBuffer(compressed);
    return length <= sample.length * WORTHWHILE;
  }
}
