import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { BackupError } from '../errors/backup.error.js';
import { releaseBuffer } from '../release-buffer.js';
import { ZstdFrameSplitter } from './zstd-frames.js';

export type Compression =
  | { readonly algorithm: 'zstd'; readonly level: number }
  | { readonly algorithm: 'gzip'; readonly level: number }
  | { readonly algorithm: 'none' };

export const DEFAULT_COMPRESSION: Compression = { algorithm: 'zstd', level: 1 };

const LEVELS = { zstd: { least: 1, most: 19, usual: 1 }, gzip: { least: 1, most: 9, usual: 6 } } as const;

/** Reads `zstd`, `zstd:3`, `gzip:6` or `none`; throws `invalid_option` for anything else. */
export function parseCompression(text: string): Compression {
  if (text === 'none') {
    return { algorithm: 'none' };
  }
  const match = /^(zstd|gzip)(?::(\d{1,2}))?$/.exec(text);
  if (match !== null) {
    const algorithm = match[1] === 'gzip' ? 'gzip' : 'zstd';
    const { least, most, usual } = LEVELS[algorithm];
    const level = (match[2] as string | undefined) === undefined ? usual : Number(match[2]);
    if (level >= least && level <= most) {
      return { algorithm, level };
    }
  }
  throw new BackupError(
    'invalid_option',
    `${JSON.stringify(text)} is not a compression: use zstd:1 to zstd:19, gzip:1 to gzip:9, or none.`,
  );
}

export function formatCompression(compression: Compression): string {
  return compression.algorithm === 'none' ? 'none' : `${compression.algorithm}:${String(compression.level)}`;
}

/** What an object's name ends with, after `.sql` or `.jsonl`. */
export function compressionSuffix(compression: Compression): string {
  return { zstd: '.zst', gzip: '.gz', none: '' }[compression.algorithm];
}

/**
 * Compresses one chunk to a frame (member) of its own; frames one after another decompress as one stream, also with
 * the stock programs. It runs on the calling thread on purpose: engine threads are as many as cores, so that the
 * process's shared thread pool is left to the host.
 */
export function compressChunk(compression: Compression, chunk: Buffer): Buffer {
  switch (compression.algorithm) {
    case 'zstd':
      return zstdCompressSync(chunk, {
        params: { [constants.ZSTD_c_compressionLevel]: compression.level },
        chunkSize: outputBound(chunk.length),
      });
    case 'gzip':
      return gzipSync(chunk, { level: compression.level, chunkSize: outputBound(chunk.length) });
    case 'none': {
      const copy = Buffer.allocUnsafeSlow(chunk.length);
      chunk.copy(copy);
      return copy;
    }
  }
}

/** No output is longer, so it comes in one piece. Untouched pages of it cost nothing. */
function outputBound(inputBytes: number): number {
  return inputBytes + (inputBytes >> 6) + 1024;
}

/** How an object is compressed, by its name; `.age`, which says that it is encrypted, may follow. */
export function compressionOf(key: string): Compression['algorithm'] {
  switch (/\.(zst|gz)(?:\.age)?$/.exec(key)?.[1]) {
    case 'zst':
      return 'zstd';
    case 'gz':
      return 'gzip';
    default:
      return 'none';
  }
}

/**
 * Decompresses chunks of stored bytes, in bounded pieces. Chunks and pieces are valid until the next is asked for.
 *
 * @param limit bytes after which a frame holds more than it should
 * @throws Error for data that cannot be decompressed, or a frame that goes beyond the limit
 */
export async function* decompress(
  algorithm: Compression['algorithm'],
  chunks: AsyncIterable<Buffer>,
  limit: number,
): AsyncIterable<Buffer> {
  switch (algorithm) {
    case 'zstd':
      yield* decompressZstd(chunks, limit);
      break;
    case 'gzip':
      yield* decompressGzip(chunks);
      break;
    case 'none':
      yield* chunks;
  }
}

async function* decompressGzip(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  // not compose(): an error after the last byte of its source is thrown at nobody, and the reader waits for ever
  const plain = createGunzip({ chunkSize: 256 * 1024 });
  const fed = pipeline(copies(chunks), plain).catch(() => undefined);
  try {
    // a failure of the source ends here, too
    yield* plain;
  } finally {
    await fed;
  }
}

/** A stream keeps chunks for later. */
async function* copies(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  for await (const chunk of chunks) {
    yield Buffer.from(chunk);
  }
}

/** A little more than a frame of a set decompresses to, so that it comes in one piece. */
const FRAME_BYTES = 1_100_000;
/** What zlib takes for the size of its output buffer, at least. */
const LEAST_OUTPUT = 1024;

async function* decompressZstd(chunks: AsyncIterable<Buffer>, limit: number): AsyncIterable<Buffer> {
  const splitter = new ZstdFrameSplitter();
  const chunkSize = Math.min(FRAME_BYTES, Math.max(limit, LEAST_OUTPUT));
  try {
    for await (const chunk of chunks) {
      for (const frame of splitter.push(chunk)) {
        const plain = zstdDecompressSync(frame, { maxOutputLength: limit + 1, chunkSize });
        yield plain;
        releaseBuffer(plain);
      }
    }
    if (splitter.rest() > 0) {
      throw new Error('the last zstd frame is cut off');
    }
  } finally {
    splitter.release();
  }
}
