import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { releaseBuffer } from '../release-buffer.js';
import { systemCode } from './storage.errors.js';

/** Bytes up to which a file is written while the thread waits, where it may. */
const SHORT = 256 * 1024;

/**
 * Bytes after which a file is flushed while more of it is written. What a system has not written to the disk makes each further
 * write slower the more of it there is, and has to be waited for at the end.
 */
const FLUSH_EVERY = 16 * 1024 * 1024;

/** A file that must not be there yet. */
const NEW_FILE = 'wx';
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = { recursive: true, mode: 0o700 } as const;

/**
 * Writes a new file, and the folders that it is in.
 *
 * @param mayBlock whether the calling thread may wait for a short one, which takes less than asking another thread
 * @returns its bytes
 */
export async function writeFile(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  mayBlock: boolean,
  signal?: AbortSignal,
): Promise<number> {
  const { start, rest } = await startOf(chunks, mayBlock ? SHORT : 0, signal);
  if (rest === null) {
    writeShort(path, start);
    return start.length;
  }
  return writeAll(await create(path), start, rest, signal);
}

/** The bytes of a file up to a limit, and the chunks beyond it; null: there are none. */
async function startOf(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly start: Buffer; readonly rest: AsyncIterable<Uint8Array> | null }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const gathered: Buffer[] = [];
  let length = 0;
  while (length < limit) {
    const next = await iterator.next();
    signal?.throwIfAborted();
    if (next.done === true) {
      return { start: joined(gathered), rest: null };
    }
    // a chunk is gone when the next one is asked for
    gathered.push(Buffer.from(next.value));
    length += next.value.length;
  }
  return { start: joined(gathered), rest: { [Symbol.asyncIterator]: () => iterator } };
}

function joined(chunks: readonly Buffer[]): Buffer {
  const all = Buffer.concat(chunks);
  chunks.forEach(releaseBuffer);
  return all;
}

function writeShort(path: string, bytes: Uint8Array): void {
  const write = (): void => {
    writeFileSync(path, bytes, { flag: NEW_FILE, mode: PRIVATE_FILE });
  };
  try {
    write();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') {
      throw error;
    }
    mkdirSync(dirname(path), PRIVATE_FOLDER);
    write();
  }
}

/** Opens a new file; most often its folder is there already. */
async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, NEW_FILE, PRIVATE_FILE);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') {
      throw error;
    }
    await mkdir(dirname(path), PRIVATE_FOLDER);
    return open(path, NEW_FILE, PRIVATE_FILE);
  }
}

async function writeAll(
  file: FileHandle,
  start: Buffer,
  rest: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<number> {
  let size = 0;
  const flush = new FlushBehind(file);
  const write = async (chunk: Uint8Array): Promise<void> => {
    let written = 0;
    while (written < chunk.length) {
      const { bytesWritten } = await file.write(chunk, written, chunk.length - written);
      written += bytesWritten;
    }
    size += chunk.length;
    flush.written(size);
  };
  try {
    await write(start);
    releaseBuffer(start);
    for await (const chunk of rest) {
      signal?.throwIfAborted();
      await write(chunk);
    }
    await flush.done();
  } finally {
    // waits for a flush that goes on
    await file.close();
  }
  return size;
}

/** Flushes a file now and then, once at a time, while it is written. */
class FlushBehind {
  private flushed = 0;
  private isFlushing = false;
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly file: FileHandle) {}

  /** @param size bytes that were written so far */
  written(size: number): void {
    if (!this.isFlushing && size - this.flushed >= FLUSH_EVERY) {
      this.flushed = size;
      this.isFlushing = true;
      this.last = this.file.datasync().then(() => {
        this.isFlushing = false;
      });
      // done() reports the failure, and there is no other flush after it
      this.last.catch(() => undefined);
    }
  }

  /** @throws the system's error when something could not be flushed */
  done(): Promise<void> {
    return this.last;
  }
}
